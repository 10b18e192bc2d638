import type { ExperimentKey } from "@understudy/contracts";
import { describe, expect, test } from "vitest";

import { type CheckedAs, countsOf, meanOf, type Review } from "@understudy/evaluation";
import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, keepAll, pairNumber } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";
import type { UnitTask } from "./unit-task.ts";

const HOUR_MS = 3_600_000;
const CANDIDATE: ExperimentKey = { id: "main~candidate", primary: "main", silent: "candidate" };
const CONTROL: ExperimentKey = { id: "main~main", primary: "main", silent: "main" };

const TASK: UnitTask = {
  experiment: CANDIDATE.id,
  control: CONTROL.id,
  rules: { controlled: true, higherRung: false, margins: { latency: 1.2 } },
  horizonMs: HOUR_MS,
  cost: { margin: 1.1, silentCap: 0.01, primaryCap: 0.01 },
  labels: null,
};

interface Saved {
  /** Minutes after the beginning. */
  readonly at: number;
  readonly conversation?: string;
  readonly finer?: string;
  readonly agrees?: boolean;
  readonly silent?: Partial<NonNullable<Pair["silent"]>>;
  readonly judge?: Pair["judge"];
  readonly own?: Pair["own_checks"];
}

const SERVER_ERROR = { kind: "server_error", status: 500, message: "no", type: null, code: null, param: null } as const;
const AGREES = { comparable: true, not_comparable: [], agreement_rule: "short_text" } as const;

/** A pair of an experiment, of the request with this number. */
async function savePair(bench: Bench, key: ExperimentKey, number: number, saved: Saved): Promise<string> {
  const { at, conversation = null, finer = null, agrees = true, silent = {}, judge = null, own = null } = saved;
  const request_id = `req_${number}`;
  const cost = { cost_usd: 0.002 };
  const pair = pairNumber(number, {
    id: `pair_${number}_${key.silent}`,
    experiment: key.id,
    silent_model: key.silent,
    outcome: silent.status === "error" ? "failed" : "paired",
    primary: callRecord({ request_id, ...cost }),
    silent: callRecord({ request_id, role: "silent", cost_usd: 0.001, ...silent }),
    comparison: { ...AGREES, agrees },
    created_at: at * 60_000,
    admitted_at: at * 60_000,
    conversation: { key: conversation, finer },
    judge,
    own_checks: own,
  });
  await bench.store.pairs.save(pair, key, keepAll);
  return pair.id;
}

/** Candidate and control on the same request. */
async function saveBoth(bench: Bench, number: number, saved: Saved, controlAgrees = true): Promise<void> {
  await savePair(bench, CANDIDATE, number, saved);
  await savePair(bench, CONTROL, number, { ...saved, agrees: controlAgrees, silent: {}, judge: null });
}

async function fold(bench: Bench, atMinutes: number, task: UnitTask = TASK): Promise<number> {
  bench.now = atMinutes * 60_000;
  let entered = 0;
  for (let more = true; more;) {
    const folded = await bench.store.experiments.foldUnits(task);
    entered += folded.entered;
    ({ more } = folded);
  }
  return entered;
}

async function unitsOf(bench: Bench) {
  const evidence = await bench.store.experiments.evidence(CANDIDATE.id);
  if (evidence === null) throw new Error("there is no such experiment");
  return evidence.units;
}

const admit = (bench: Bench, key: ExperimentKey, pair_id: string, at: number) =>
  bench.store.ledger.write(
    {
      id: `led_${pair_id}`,
      counts: [],
      admissions: [{ pair_id, experiment: key.id, admitted_at: at * 60_000, expires_at: at * 60_000 + 1 }],
      withdrawn: [],
    },
    [CANDIDATE, CONTROL],
  );

export function unitsConform(bench: Bench): void {
  describe("conversations", () => {
    test("enter an hour after their first turn, with the turns of that hour, as one bet each", async () => {
      await saveBoth(bench, 1, { at: 1, conversation: "a" });
      await saveBoth(bench, 2, { at: 2, conversation: "b" });
      await saveBoth(bench, 3, { at: 30, conversation: "a", agrees: false });
      await saveBoth(bench, 4, { at: 62, conversation: "a", agrees: false });
      expect(await fold(bench, 60)).toBe(0);
      expect(await unitsOf(bench)).toMatchObject({ conversations: 0, open: 2 });
      expect(await fold(bench, 61.5)).toBe(1);
      expect(await fold(bench, 200)).toBe(1);
      const units = await unitsOf(bench);
      expect(units).toMatchObject({ conversations: 2, pairs: 3, open: 0, controlled: true });
      expect(countsOf(units.shapes, "likeness").toSorted((one, other) => one.value - other.value)).toEqual([
        { value: 0, count: 1 },
        { value: 0.5, count: 1 },
      ]);
      expect(units.blocks).toMatchObject([{ number: 0, from: 60_000, to: 120_000, units: 2 }]);
      expect(units.heaviest).toMatchObject({ pairs: 3 });
      expect(units.heaviest?.difference).toBeCloseTo(2 / 3, 6);
    });

    test("wait for every outcome of what was admitted before, the control's too", async () => {
      await saveBoth(bench, 1, { at: 1 });
      await admit(bench, CONTROL, "pair_2_main", 0.5);
      expect(await fold(bench, 120)).toBe(0);
      await savePair(bench, CONTROL, 2, { at: 0.5 });
      expect(await fold(bench, 120)).toBe(1);
    });

    test("are held against the control on the same request, and bet on only where both answered it", async () => {
      await saveBoth(bench, 1, { at: 1, agrees: false }, false);
      await saveBoth(bench, 2, { at: 2, agrees: true }, false);
      await savePair(bench, CANDIDATE, 3, { at: 3, agrees: false });
      await fold(bench, 120);
      const { shapes } = await unitsOf(bench);
      expect(meanOf(countsOf(shapes, "likeness"))).toBe(-0.5);
      expect(countsOf(shapes, "checks")).toEqual([{ value: 0, count: 3 }]);
    });

    test("count a candidate's own failure against it, and ours not at all", async () => {
      const error = (kind: "server_error" | "authentication") => ({
        status: "error" as const,
        answer: null,
        cost_usd: null,
        error: { kind, status: 500, message: "no", type: null, code: null, param: null },
      });
      await saveBoth(bench, 1, { at: 1, silent: error("server_error") });
      await saveBoth(bench, 2, { at: 2, silent: error("authentication") });
      await fold(bench, 120);
      const { shapes } = await unitsOf(bench);
      for (const criterion of ["likeness", "checks", "errors", "latency"] as const)
        expect(countsOf(shapes, criterion)).toEqual([{ value: 1, count: 1 }]);
      const standings = (await bench.store.experiments.evidence(CANDIDATE.id))?.standings;
      expect(standings).toMatchObject({ silent_failed: 1, our_fault: 1, measured: 0 });
    });

    test("give the same numbers when they are read anew", async () => {
      for (let number = 1; number <= 50; number += 1) {
        await saveBoth(
          bench,
          number,
          { at: number, conversation: `c${number % 23}`, agrees: number % 7 > 0 },
          number % 5 > 0,
        );
        if (number % 10 === 0) await fold(bench, number);
      }
      for (const at of [70, 80, 500]) await fold(bench, at);
      const first = await unitsOf(bench);
      await fold(bench, 500, { ...TASK, horizonMs: 1 });
      expect((await unitsOf(bench)).pairs).toBeLessThan(first.pairs);
      await fold(bench, 500);
      const sorted = (units: typeof first) => ({
        ...units,
        shapes: units.shapes.map((shape) => JSON.stringify(shape)).toSorted(),
      });
      expect(sorted(await unitsOf(bench))).toEqual(sorted(first));
    });

    test("whose only pair is taken back to be tried again are forgotten, and hold up nobody", async () => {
      await savePair(bench, CANDIDATE, 1, { at: 1, silent: { status: "error", answer: null } });
      await saveBoth(bench, 2, { at: 2 });
      await fold(bench, 30);
      await bench.store.pairs.reopen({
        pair_id: "pair_1_candidate",
        experiment: CANDIDATE,
        failed_at: 60_000,
        admitted_at: 3 * 3_600_000,
        expires_at: 4 * 3_600_000,
      });
      expect(await fold(bench, 120)).toBe(1);
      expect(await unitsOf(bench)).toMatchObject({ conversations: 1, open: 0 });
    });

    test("that begin alike an hour later are others, and one that goes on is not", async () => {
      await saveBoth(bench, 1, { at: 1, conversation: "hello", finer: "1.a" });
      await saveBoth(bench, 2, { at: 40, conversation: "hello", finer: "3.b" });
      await saveBoth(bench, 3, { at: 70, conversation: "hello", finer: "5.c" });
      await saveBoth(bench, 4, { at: 80, conversation: "hello", finer: "1.a" });
      await fold(bench, 75);
      await fold(bench, 300);
      expect(await unitsOf(bench)).toMatchObject({ conversations: 2, pairs: 3, heaviest: { pairs: 3 } });
    });

    test("that are a whole service's are taken apart before they enter, an agent's are not", async () => {
      for (let number = 1; number <= 70; number += 1) {
        const at = number / 10;
        await saveBoth(bench, number, { at, conversation: "few-shot", finer: `5.${number}` });
        await saveBoth(bench, 100 + number, { at, conversation: "agent", finer: `${2 * number}.x${number}` });
      }
      await fold(bench, 3);
      await fold(bench, 200);
      await saveBoth(bench, 300, { at: 201, conversation: "few-shot", finer: "5.new" });
      await fold(bench, 400);
      expect(await unitsOf(bench)).toMatchObject({ conversations: 72, pairs: 71 + 64, heaviest: { pairs: 70 } });
    });
  });

  describe("bets", () => {
    test("on cost know what one call may cost, and end when one costs more", async () => {
      for (let number = 1; number <= 30; number += 1) await saveBoth(bench, number, { at: number });
      await fold(bench, 200);
      const { cost } = await unitsOf(bench);
      expect(cost).toMatchObject({ conversations: 30, pairs: 30, silent_cap: 0.01 });
      expect(cost.below?.[10]).toBeCloseTo(30 * Math.log1p((0.525 * (1.1 * 0.002 - 0.001)) / 0.01), 9);
      await saveBoth(bench, 31, { at: 201, silent: { cost_usd: 5 } });
      await fold(bench, 400);
      expect((await unitsOf(bench)).cost.below).toBeNull();
    });

    test("on checks of one's own are of the set that is asked for now, and count failures and what could not be run", async () => {
      const task = { ...TASK, ownChecks: "set" };
      await saveBoth(bench, 1, { at: 1, own: ownChecked("pass", "fail") });
      await saveBoth(bench, 2, { at: 2, own: ownChecked("fail", "pass") });
      await saveBoth(bench, 3, { at: 3, own: ownChecked("not_run", "not_run") });
      await saveBoth(bench, 4, { at: 4, own: ownChecked("pass", "fail", "an earlier set") });
      await saveBoth(bench, 5, { at: 5 });
      const failed = { status: "error" as const, answer: null, error: SERVER_ERROR };
      await saveBoth(bench, 6, { at: 6, silent: failed, own: { set: "set", results: [] } });
      await fold(bench, 120, task);
      const valuesOf = async (criterion: "own_checks" | "own_checks_low") =>
        countsOf((await unitsOf(bench)).shapes, criterion).toSorted((one, other) => one.value - other.value);
      expect(await valuesOf("own_checks")).toEqual([
        { value: -1, count: 1 },
        { value: 1, count: 3 },
      ]);
      expect(await valuesOf("own_checks_low")).toEqual([
        { value: -1, count: 2 },
        { value: 1, count: 2 },
      ]);
      const { shapes, blocks } = await unitsOf(bench);
      const own = shapes.filter(({ criterion }) => criterion === "own_checks");
      // Where the primary passes none, nonsense would not be seen.
      expect(own.reduce((sum, { control, count }) => sum + control * count, 0)).toBe(3);
      expect(
        meanOf(
          countsOf(
            blocks.flatMap((block) => block.shapes),
            "own_checks",
          ),
        ),
      ).toBe(0.5);
      await fold(bench, 120, { ...TASK, ownChecks: "an earlier set" });
      expect(await valuesOf("own_checks")).toEqual([{ value: 1, count: 1 }]);
      await fold(bench, 120);
      expect(await valuesOf("own_checks")).toEqual([]);
    });

    test("on rubrics are of what the judge graded, with the judge's words and in their order", async () => {
      const task = { ...TASK, rubrics: "set" };
      for (const number of [1, 2, 3, 4]) await saveBoth(bench, number, { at: number, judge: "asked" });
      await saveBoth(bench, 5, { at: 5, judge: "nothing_to_judge" });
      const graded = (primary: CheckedAs, silent: CheckedAs, set = "set") => {
        return { rubrics: { set, results: [{ name: "r", type: "llm-rubric", primary, silent }] } };
      };
      await bench.store.reviews.save({ ...review(1, "tie"), ...graded("pass", "fail") });
      await bench.store.reviews.save({ ...review(2, "tie"), ...graded("pass", "pass", "an earlier set") });
      await bench.store.reviews.save({ ...review(3, null), not_judged: "identical" });
      await fold(bench, 100, task);
      const valuesOf = async (criterion: "rubric" | "rubric_low") =>
        countsOf((await unitsOf(bench)).shapes, criterion).toSorted((one, other) => one.value - other.value);
      expect(await valuesOf("rubric")).toEqual([
        { value: 0, count: 1 },
        { value: 1, count: 1 },
      ]);
      await bench.store.reviews.save({ ...review(4, "tie"), ...graded("not_run", "not_run") });
      expect((await bench.store.reviews.read("pair_4_candidate"))?.rubrics).toEqual(
        graded("not_run", "not_run").rubrics,
      );
      await fold(bench, 100, task);
      expect(await valuesOf("rubric")).toEqual([
        { value: 0, count: 1 },
        { value: 1, count: 3 },
      ]);
      expect(await valuesOf("rubric_low")).toEqual([
        { value: -1, count: 1 },
        { value: 0, count: 1 },
        { value: 1, count: 2 },
      ]);
    });

    test("on a judge wait for its reviews in the order of the conversations", async () => {
      for (const number of [1, 2, 3]) await saveBoth(bench, number, { at: number, judge: "asked" });
      await saveBoth(bench, 4, { at: 4, judge: "nothing_to_judge" });
      await saveBoth(bench, 5, { at: 5 });
      await bench.store.reviews.save(review(1, "prefer_primary"));
      await bench.store.reviews.save(review(3, "prefer_silent"));
      await fold(bench, 100);
      expect(countsOf((await unitsOf(bench)).shapes, "judge")).toEqual([{ value: 1, count: 1 }]);
      await bench.store.reviews.save(review(2, "unparseable"));
      await fold(bench, 100);
      const { shapes, blocks } = await unitsOf(bench);
      expect(meanOf(countsOf(shapes, "judge"))).toBe(0.5);
      expect(meanOf(countsOf(shapes, "judge_low"))).toBe(0);
      expect(
        meanOf(
          countsOf(
            blocks.flatMap((block) => block.shapes),
            "judge",
          ),
        ),
      ).toBe(0.5);
    });
  });
}

const ownChecked = (primary: CheckedAs, silent: CheckedAs, set = "set"): Pair["own_checks"] => ({
  set,
  results: [{ name: "polite", type: "contains", primary, silent }],
});

function review(number: number, judgement: Review["judgement"]): Review {
  return {
    pair_id: `pair_${number}_candidate`,
    experiment: CANDIDATE.id,
    created_at: 1,
    judgement,
    not_judged: null,
    choices: null,
    judge: "judge",
    judge_prompt: 1,
    judge_cost_usd: null,
    similarity: null,
    similarity_failed: false,
    embedding_cost_usd: null,
  };
}
