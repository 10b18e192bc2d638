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
