import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, experiment, keepFigures, pairNumber, saidHello, saidNothing } from "./pair.fixture.ts";

export function savingConforms(bench: Bench): void {
  describe("saving", () => {
    test("gives back what was saved", async () => {
      const pair = pairNumber(1, { reason: "because" });
      expect(await bench.save(pair)).toBe("stored");
      expect(await bench.store.pairs.read("pair_1")).toEqual(pair);
      expect(await bench.store.pairs.read("pair_2")).toBeNull();
    });

    test("a silent model that was never called stays null", async () => {
      const pair = pairNumber(1, { outcome: "expired", reason: "max_age", silent: null, comparison: null });
      await bench.save(pair);
      expect(await bench.store.pairs.read("pair_1")).toEqual(pair);
    });

    test("a second delivery changes nothing", async () => {
      await bench.save(pairNumber(1));
      const again = { id: "pair_other", request: "other", outcome: "failed", reason: "late" } as const;
      expect(await bench.save(pairNumber(1, again))).toBe("duplicate");
      expect(await bench.store.pairs.read("pair_1")).toEqual(pairNumber(1));
      expect(await bench.store.pairs.read("pair_other")).toBeNull();
    });

    test("of deliveries at once, one is stored", async () => {
      const results = await Promise.all(Array.from({ length: 12 }, () => bench.save(pairNumber(1))));
      expect(results.filter((result) => result === "stored")).toHaveLength(1);
      expect(await bench.ids({})).toEqual(["pair_1"]);
    });

    test("pairs saved at once are all stored, whatever their number", async () => {
      const numbers = Array.from({ length: 250 }, (_, number) => number);
      const results = await Promise.all(numbers.map((number) => bench.save(pairNumber(number))));
      expect(new Set(results)).toEqual(new Set(["stored"]));
      expect(await bench.store.pairs.read("pair_249")).toEqual(pairNumber(249));
      expect((await bench.store.experiments.read(experiment.id))?.counts).toMatchObject({ admitted: 250, paired: 250 });
    });

    test("one that cannot be written does not keep those beside it from being stored", async () => {
      const broken = pairNumber(2, { outcome: null as unknown as "paired" });
      const results = await Promise.allSettled([1, 2, 3].map((at) => bench.save(at === 2 ? broken : pairNumber(at))));
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await bench.ids({})).toEqual(["pair_3", "pair_1"]);
    });

    test("an id that belongs to another request is an error, not a duplicate", async () => {
      await bench.save(pairNumber(1));
      await expect(bench.save(pairNumber(2, { id: "pair_1" }))).rejects.toThrow("pair_1 belongs to another request");
    });

    test("what can never be written is told apart from what cannot be written now", async () => {
      const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
      const unstorable = [
        pairNumber(1, { request: deep }),
        pairNumber(2, { primary: callRecord({ usage: deep as never }) }),
        pairNumber(3, { outcome: null as unknown as "paired" }),
        pairNumber(4, { request: 10n }),
      ];
      const results = await Promise.allSettled([...unstorable, pairNumber(5)].map((pair) => bench.save(pair)));
      expect(results.slice(0, 4).map((result) => result.status === "rejected" && result.reason)).toEqual(
        unstorable.map(() => expect.objectContaining({ name: "UnstorablePairError" })),
      );
      expect(await bench.ids({})).toEqual(["pair_5"]);
    });

    test("a request of before there was a limit on depth is not read back", async () => {
      await bench.save(pairNumber(1, { request: JSON.parse(`${"[".repeat(600)}${"]".repeat(600)}`) as unknown }));
      expect(await bench.store.pairs.read("pair_1")).toEqual(pairNumber(1, { request: null }));
    });

    test("one request may have pairs with several silent models", async () => {
      await bench.save(pairNumber(1));
      expect(await bench.save(pairNumber(1, { id: "pair_1b", silent_model: "other-model" }))).toBe("stored");
    });
  });
}

export function contentConforms(bench: Bench): void {
  describe("content", () => {
    test("without texts only the figures are kept", async () => {
      await bench.store.pairs.save(pairNumber(1), experiment, keepFigures);
      const kept = await bench.store.pairs.read("pair_1");
      expect(kept?.request).toBeNull();
      expect(kept?.primary.answer).toEqual(saidNothing);
      expect(kept?.silent?.answer).toEqual(saidNothing);
      expect(kept?.comparison).toEqual({ comparable: true, length_ratio: 1.5 });
    });

    test("of vectors how near they lie goes with the texts", async () => {
      const vectors = { count: 3, dimensions: 256, taken: 3, similarities: "/38AQP8/" };
      const answer = { text: null, refusal: null, tool_calls: [], finish_reason: null, choices: 3 };
      const call = callRecord({ operation: "embeddings", answer: { ...answer, vectors } });
      await bench.save(pairNumber(1, { primary: call, silent: call }));
      expect((await bench.store.pairs.read("pair_1"))?.silent?.answer?.vectors).toEqual(vectors);
      await bench.store.pairs.save(pairNumber(2, { primary: call, silent: call }), experiment, keepFigures);
      expect((await bench.store.pairs.read("pair_2"))?.primary.answer).toEqual(answer);
    });

    test("characters that databases refuse lose nothing", async () => {
      const odd = "NUL \0, half a pair \ud83d, a whole one \ud83d\ude00, \u2028";
      const call = callRecord({ answer: { ...saidHello, text: odd }, client_request_id: "a\0b" });
      const error = { kind: "malformed", status: 502, message: odd, type: null, code: null, param: null } as const;
      const pair = pairNumber(1, { primary: call, silent: callRecord({ error }), request: { [odd]: odd } });
      expect(await bench.save(pair)).toBe("stored");
      expect(await bench.store.pairs.read("pair_1")).toEqual(pair);
    });

    test("answers of 8 MB come back whole", async () => {
      const answer = { ...saidHello, text: 'long "text"\n'.repeat(700_000) };
      const pair = pairNumber(1, { primary: callRecord({ answer }), silent: callRecord({ answer }), request: answer });
      await bench.save(pair);
      const back = await bench.store.pairs.read("pair_1");
      expect(back?.primary.answer?.text === answer.text && back.silent?.answer?.text === answer.text).toBe(true);
      expect(back?.request).toEqual(answer);
    });

    test("figures that no number column takes are no reason to lose a pair", async () => {
      const usage = {
        input_tokens: 1.5,
        output_tokens: Number.NaN,
        cached_tokens: 0,
        cache_write_tokens: 0,
        reasoning_tokens: 0,
      };
      const comparison = { rouge_l: 1e-60, length_ratio: 1e300, not_comparable: ["a\0b" as "primary_failed"] };
      const primary = callRecord({ usage, cost_usd: Infinity });
      expect(await bench.save(pairNumber(1, { primary, comparison }))).toBe("stored");
      const detail = await bench.store.experiments.read(experiment.id);
      expect(detail?.sides.primary).toMatchObject({ input_tokens: 1.5, output_tokens: 0, cost_usd: null });
    });

    test.each([5e-324, 1e-160, 1e160, Number.MAX_VALUE])(
      "figures of %d, which nobody can square, leave a report to be made",
      async (figure) => {
        const timing = {
          started_at: 1,
          total_ms: figure,
          model_ms: figure,
          first_token_ms: figure,
          queue_wait_ms: figure,
        };
        const odd = { timing, cost_usd: figure, list_cost_usd: figure };
        await bench.save(pairNumber(1, { primary: callRecord(odd), silent: callRecord({ ...odd, role: "silent" }) }));
        await bench.save(pairNumber(2, { primary: callRecord(odd) }));
        expect((await bench.store.experiments.evidence(experiment.id))?.pairs).toBe(2);
      },
    );
  });
}
