import { describe, expect, test } from "vitest";
import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, DAY_MS, experiment, keepFigures, pairNumber, saidHello } from "./pair.fixture.ts";
import { InvalidCursorError } from "./pair-store.ts";

const timed = (model_ms: number) =>
  callRecord({ timing: { started_at: 1_000, total_ms: model_ms, model_ms, first_token_ms: 1, queue_wait_ms: 1 } });

export function sortingConforms(bench: Bench): void {
  describe("sorting", () => {
    test("puts the worst first: broken checks, then what differs most, then failed calls, and leaves out the rest", async () => {
      const failed = callRecord({ status: "error", answer: null, error: null });
      const broken = { primary: true, silent: false };
      await bench.save(pairNumber(1, { comparison: { comparable: true, agrees: true } }));
      await bench.save(pairNumber(2, { comparison: { comparable: true, agrees: false, rouge_l: 0.9 } }));
      await bench.save(pairNumber(3, { outcome: "failed", silent: failed, comparison: { comparable: false } }));
      await bench.save(pairNumber(4, { comparison: { comparable: true, agrees: false, rouge_l: 0.1 } }));
      await bench.save(pairNumber(5, { comparison: { comparable: true, agrees: true, schema_valid: broken } }));
      expect(await bench.ids({ sort: "worst" })).toEqual(["pair_5", "pair_4", "pair_2", "pair_3"]);
      const first = await bench.store.pairs.list({ sort: "worst", limit: 3 });
      const cursor = first.next_cursor ?? "";
      expect(await bench.ids({ sort: "worst", limit: 3, cursor })).toEqual(["pair_3"]);
      await expect(bench.store.pairs.list({ sort: "slowest", limit: 3, cursor })).rejects.toThrow(InvalidCursorError);
      await expect(bench.store.pairs.list({ limit: 3, cursor })).rejects.toThrow(InvalidCursorError);
    });

    test("takes one pair of each prompt, says how many more there are, and finds these", async () => {
      const slow = (number: number, ms: number, key: string | null) =>
        bench.save(
          pairNumber(number, {
            primary: timed(100),
            silent: timed(ms),
            admitted_at: number,
            conversation: { key, finer: null },
          }),
        );
      await slow(1, 900, "socks");
      await slow(2, 800, "socks");
      // It began alike in another hour.
      await slow(3, 950, "socks@17");
      await slow(4, 700, "socks-of-others");
      await slow(5, 50, "socks");
      await slow(6, 300, null);
      const page = await bench.store.pairs.list({ sort: "slowest", per: "prompt", limit: 2 });
      const shown = ({ id, more }: { id: string; more?: number }) => [id, more];
      expect(page.data.map(shown)).toEqual([
        ["pair_3", 2],
        ["pair_4", 0],
      ]);
      const rest = { sort: "slowest", per: "prompt", limit: 2, cursor: page.next_cursor ?? "" } as const;
      expect((await bench.store.pairs.list(rest)).data.map(shown)).toEqual([["pair_6", 0]]);
      expect(await bench.ids({ sort: "slowest", alike: "pair_2" })).toEqual(["pair_3", "pair_1", "pair_2"]);
      expect(await bench.ids({ alike: "pair_3" })).toEqual(["pair_5", "pair_3", "pair_2", "pair_1"]);
      expect(await bench.ids({ alike: "pair_6" })).toEqual(["pair_6"]);
      const worst = (await bench.store.experiments.evidence(experiment.id))?.worst.slower;
      expect(worst).toEqual([
        { id: "pair_3", value: 850, more: 2 },
        { id: "pair_4", value: 600, more: 0 },
        { id: "pair_6", value: 200, more: 0 },
      ]);
    });

    test("puts the slowest first, of the filters' pairs alone", async () => {
      await bench.save(pairNumber(1, { primary: timed(100), silent: timed(300) }));
      await bench.save(pairNumber(2, { primary: timed(100), silent: timed(900) }));
      await bench.save(pairNumber(3, { primary: timed(100), silent: timed(50) }));
      expect(await bench.ids({ sort: "slowest" })).toEqual(["pair_2", "pair_1"]);
      expect(await bench.ids({ sort: "slowest", requestId: "req_1" })).toEqual(["pair_1"]);
    });

    test("finds a kind of answer, and a kind of request", async () => {
      const tools = { tool_calls: [{ name: "look_up", arguments: "{}" }] };
      const comparison = { comparable: true, kind: "tool_calls" } as const;
      await bench.save(pairNumber(1, { comparison, primary: callRecord({ answer: { ...saidHello, ...tools } }) }));
      await bench.save(pairNumber(2, { primary: callRecord({ stream: true }) }));
      expect(await bench.ids({ kind: "tool_calls" })).toEqual(["pair_1"]);
      expect(await bench.ids({ kind: "answer=tool_calls" })).toEqual(["pair_1"]);
      expect(await bench.ids({ kind: "stream" })).toEqual(["pair_2"]);
    });
  });
}

export function excerptsConform(bench: Bench): void {
  describe("excerpts", () => {
    const differing = {
      primary: callRecord({ answer: { ...saidHello, text: "In 14 days", tool_calls: [] } }),
      silent: callRecord({ answer: { ...saidHello, text: "In 30 days", tool_calls: [] } }),
      comparison: { comparable: true, agrees: false, reason: "other_number" },
    } as const;

    test("stand in lists while texts are kept, and what is said then says no more of them", async () => {
      await bench.save(pairNumber(1, differing));
      await bench.store.pairs.save(pairNumber(2, differing), experiment, keepFigures);
      const list = async () => (await bench.store.pairs.list({ limit: 10 })).data;
      const [bare, full] = await list();
      expect(full).toMatchObject({
        said: "Another number: “14” ≠ “30”",
        excerpt: { prompt: "Say hello", primary: "In 14 days", silent: "In 30 days" },
        judgement: null,
      });
      expect(bare).toMatchObject({ said: "Another number", excerpt: null });
      const [one] = await bench.store.pairs.listed(["pair_1"]);
      expect(one).toEqual(full);
      bench.now = 1_000_001 + DAY_MS;
      expect(await list()).toMatchObject([{ excerpt: null }, { said: "Another number", excerpt: null }]);
    });
  });
}
