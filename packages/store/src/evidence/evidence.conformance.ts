import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, experiment, keepAll, keepFigures, pairNumber } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";

type Silent = Partial<NonNullable<Pair["silent"]>>;

const usage = { input_tokens: 10, output_tokens: 20, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
const took = (model_ms: number) => ({ started_at: 1, total_ms: 999, model_ms, first_token_ms: 5, queue_wait_ms: 7 });

function pairWith(number: number, silent: Silent, comparison: Pair["comparison"], more: Partial<Pair> = {}): Pair {
  const primary = callRecord({
    timing: took(100),
    cost_usd: 0.5,
    list_cost_usd: 0.75,
    usage,
    request_id: `req_${number}`,
  });
  const called = callRecord({
    timing: took(100),
    cost_usd: 0.25,
    list_cost_usd: 0.25,
    usage,
    role: "silent",
    ...silent,
  });
  return pairNumber(number, { primary, silent: called, comparison, ...more });
}

const failure = { kind: "rate_limit", status: 429, message: "slow down", type: null, code: null, param: null } as const;

/** Five pairs: two agree, one does not, one cannot be compared, one failed; and one whose silent model was not called. */
async function saveSome(bench: Bench): Promise<void> {
  const good = {
    comparable: true,
    not_comparable: [],
    exact_match: true,
    agrees: true,
    agreement_rule: "short_text",
  } as const;
  const refusal = { primary: false, silent: true };
  const bad = {
    ...good,
    exact_match: false,
    agrees: false,
    rouge_l: 0.25,
    length_ratio: 3,
    refusal,
    tool_names_match: false,
  };
  const apart = { comparable: false, not_comparable: ["parameters_changed", "tools_stripped"] as const };
  await bench.save(pairWith(1, { timing: took(300) }, good, { conversation: { key: "c", finer: null } }));
  await bench.save(pairWith(2, { cost_usd: 2 }, good, { conversation: { key: "c", finer: null } }));
  await bench.save(pairWith(3, {}, bad));
  await bench.save(
    pairWith(
      4,
      { cost_usd: null, list_cost_usd: null, usage: null },
      { ...apart, not_comparable: [...apart.not_comparable] },
    ),
  );
  const failed = {
    status: "error",
    error: failure,
    answer: null,
    cost_usd: null,
    list_cost_usd: null,
    usage: null,
  } as const;
  const silentFailed = { comparable: false, not_comparable: ["silent_failed" as const] };
  await bench.save(pairWith(5, failed, silentFailed, { outcome: "failed", reason: "rate_limit" }));
  await bench.save(pairNumber(6, { outcome: "expired", reason: "max_job_age", silent: null, comparison: null }));
}

export function evidenceConforms(bench: Bench): void {
  describe("evidence", () => {
    test("counts what may be compared, what agrees, and why not", async () => {
      await saveSome(bench);
      const evidence = await bench.store.experiments.evidence(experiment.id);
      expect(evidence).toMatchObject({
        pairs: 5,
        comparable: 3,
        not_comparable: { parameters_changed: 1, tools_stripped: 1, silent_failed: 1 },
        agreed: { count: 2, of: 3 },
        agreement_rules: { short_text: { count: 2, of: 3 } },
        errors: { both: 0, primary_only: 0, silent_only: 1, neither: 4 },
        failures: [{ kind: "rate_limit", count: 1, example: "slow down" }],
      });
      expect(evidence?.measures).toEqual({ exact_match: { count: 2, of: 3 }, tool_names_match: { count: 0, of: 1 } });
      expect(evidence?.flags).toEqual([{ name: "likely_refusal", primary: 0, silent: 1, of: 1 }]);
    });

    test("says how alike embeddings rank, of those that could be ranked", async () => {
      const both = (primary: boolean, silent: boolean) => ({ primary, silent });
      const vectors = {
        comparable: true,
        not_comparable: [],
        kind: "embeddings",
        agreement_rule: "similarity_ranks",
        vectors_whole: both(true, true),
        dimensions_match: false,
        inputs_ranked: 6,
      } as const;
      await bench.save(pairWith(1, {}, { ...vectors, agrees: true, rank_correlation: 1, same_nearest: 1 }));
      await bench.save(pairWith(2, {}, { ...vectors, agrees: false, rank_correlation: -0.5, same_nearest: 0.5 }));
      const unranked = { agrees: null, agreement_rule: null, rank_correlation: null, same_nearest: null } as const;
      await bench.save(pairWith(3, {}, { ...vectors, ...unranked, vectors_whole: both(true, false) }));
      const evidence = await bench.store.experiments.evidence(experiment.id);
      expect(evidence?.vectors).toEqual({
        pairs: 2,
        rank_correlation: { mean: 0.25, p5: expect.closeTo(-0.425, 6) as number, p50: 0.25 },
        same_nearest: { mean: 0.75 },
      });
      expect(evidence).toMatchObject({
        agreed: { count: 1, of: 2 },
        agreement_rules: { similarity_ranks: { count: 1, of: 2 } },
        measures: { dimensions_match: { count: 0, of: 3 } },
        flags: [{ name: "missing_vectors", primary: 0, silent: 1, of: 3 }],
      });
      expect(evidence?.worst.disagreement).toEqual([{ id: "pair_2", value: -0.5, more: 0 }]);
    });

    test("adds up times, money and tokens only where both sides have them", async () => {
      await saveSome(bench);
      const evidence = await bench.store.experiments.evidence(experiment.id);
      expect(evidence?.latency).toMatchObject({ pairs: 4, primary: { p50: 100, p95: 100 }, silent: { p50: 100 } });
      expect(evidence?.latency.silent.p95).toBeCloseTo(270, 9);
      expect(evidence?.cost).toEqual({
        pairs: 3,
        primary: 1.5,
        silent: 2.5,
        primary_squares: 0.75,
        silent_squares: 4.125,
        products: 1.25,
        primary_most: 0.5,
        silent_most: 2,
      });
      expect(evidence?.list_cost).toEqual({ pairs: 3, primary: 2.25, silent: 0.75 });
      expect(evidence?.tokens).toMatchObject({ pairs: 3, primary_output: 60, silent_input: 30 });
      expect(evidence?.queue_wait_ms.p50).toBe(7);
      expect(evidence?.sample).toHaveLength(5);
      expect(evidence?.sample.filter(({ cluster }) => cluster === "c")).toHaveLength(2);
      const bars = evidence?.latency_bars ?? [];
      expect(bars.reduce((sum, bar) => sum + bar.silent, 0)).toBe(4);
      expect(bars.find(({ from_ms, to_ms }) => from_ms <= 300 && 300 < to_ms)?.silent).toBe(1);
    });

    test("finds the worst pairs and the course of time", async () => {
      await saveSome(bench);
      const evidence = await bench.store.experiments.evidence(experiment.id);
      expect(evidence?.worst).toEqual({
        disagreement: [{ id: "pair_3", value: 0.25, more: 0 }],
        slower: [{ id: "pair_1", value: 200, more: 0 }],
        dearer: [{ id: "pair_2", value: 1.5, more: 0 }],
        longer: [{ id: "pair_3", value: 3, more: 0 }],
      });
      expect(evidence?.timeline.map(({ pairs }) => pairs)).toEqual([1, 1, 1, 1, 1]);
      expect(evidence?.timeline.map(({ disagreed }) => disagreed)).toEqual([0, 0, 1, 0, 0]);
      expect(evidence?.timeline.map(({ silent_errors }) => silent_errors)).toEqual([0, 0, 0, 0, 1]);
      expect(evidence?.timeline[0]).toMatchObject({ from: 1_000_001, primary_ms: 100, silent_ms: 300 });
    });

    test("knows kinds of requests from the ledger, and the account does not mind them", async () => {
      const entry = { experiment: experiment.id, reason: "" };
      const not_sampled = { ...entry, kind: "skipped", reason: "not_sampled" } as const;
      await bench.count([
        { ...entry, kind: "admitted", stratum: "size=under 1 KB;tools=no", count: 5 },
        { ...entry, kind: "admitted", stratum: "size=over 64 KB;tools=no", count: 2 },
        { ...not_sampled, stratum: "size=over 64 KB;tools=no", count: 4 },
        { ...entry, kind: "dropped", reason: "queue_full", stratum: "size=over 64 KB;tools=no", count: 1 },
      ]);
      expect((await bench.store.experiments.evidence(experiment.id))?.strata).toEqual([
        { by: "size", name: "over 64 KB", admitted: 2, not_sampled: 4, dropped: 1 },
        { by: "size", name: "under 1 KB", admitted: 5, not_sampled: 0, dropped: 0 },
        { by: "tools", name: "no", admitted: 7, not_sampled: 4, dropped: 1 },
      ]);
      const detail = await bench.store.experiments.read(experiment.id);
      expect(detail?.counts).toMatchObject({ admitted: 1, dropped: { queue_full: 1 }, skipped: { not_sampled: 4 } });
    });

    test("of an experiment without pairs is empty, and of none is null", async () => {
      await bench.count([{ experiment: experiment.id, kind: "admitted", reason: "", count: 1 }]);
      const evidence = await bench.store.experiments.evidence(experiment.id);
      expect(evidence).toMatchObject({
        pairs: 0,
        agreed: { count: 0, of: 0 },
        sample: [],
        timeline: [],
        latency_bars: [],
      });
      expect(evidence?.latency).toMatchObject({ pairs: 0, primary: { p50: null } });
      expect(await bench.store.experiments.evidence("nothing")).toBeNull();
    });
  });

  describe("pairs are found", () => {
    test.each([
      [{ agrees: false }, ["pair_3"]],
      [{ agrees: true }, ["pair_2", "pair_1"]],
      [{ comparable: false }, ["pair_5", "pair_4"]],
      [{ silentStatus: "error" }, ["pair_5"]],
      [{ slowerThanMs: 150 }, ["pair_1"]],
      [{ dearerThanUsd: 1 }, ["pair_2"]],
      [{ toolsDiffer: true }, ["pair_3"]],
      [{ refused: true }, ["pair_3"]],
      [{ since: 1_000_005 }, ["pair_6", "pair_5"]],
      [{ until: 1_000_002 }, ["pair_1"]],
      [{ agrees: true, slowerThanMs: 150, until: 1_000_003 }, ["pair_1"]],
    ] as const)("by %o", async (query, ids) => {
      await saveSome(bench);
      expect(await bench.ids(query)).toEqual(ids);
    });

    test("by a part of their texts, taken literally", async () => {
      const asking = (content: string) => ({ request: { messages: [{ role: "user", content }] } });
      await bench.save(pairNumber(1, asking("50% of Rome")));
      await bench.save(pairNumber(2, asking("500 roman roads")));
      await bench.store.pairs.save(pairNumber(3, asking("50% of Rome")), experiment, keepFigures);
      expect(await bench.ids({ text: "of rome" })).toEqual(["pair_1"]);
      expect(await bench.ids({ text: "50%" })).toEqual(["pair_1"]);
      expect(await bench.ids({ text: "rom_n" })).toEqual([]);
      await bench.store.pairs.save(pairNumber(4, asking("nothing")), experiment, keepAll);
      expect(await bench.ids({ text: "HELLO" })).toEqual(["pair_4", "pair_2", "pair_1"]);
    });
  });
}
