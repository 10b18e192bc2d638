import { type SimulatedRollout, simulateRollouts } from "@understudy/evaluation/simulation";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import type { Report, Row } from "./report.ts";

const RUNS = 1_000;
const FLOORS = [0, 0.02, 0.05, 0.1, 0.2];
const SEED = 17;

/** Two weeks' answers of the candidate, from its first stage on. */
const WATCHED: Partial<SimulatedRollout> = { stages: [5, 25, 50, 100], longest: 100_000, looksApart: 1.02 };

/**
 * Rollouts of made-up candidates, guarded by the code that guards real ones: how soon a loss of ten points is rolled back, and how
 * often an equal candidate is. It needs no service.
 */
export function rollout({ requests }: BenchOptions): Promise<Report> {
  const runs = requests ?? RUNS;
  const rows: readonly Row[] = FLOORS.flatMap((floor) => [
    rowOf("loses 10 points from the first answer", floor, { loss: 0.1 }, runs),
    rowOf("loses 10 points from the 50,000th", floor, lateLoss(), Math.ceil(runs / 10)),
    // A fifth of the runs at each level, so that they are as many in all.
    rowOf("is equal, for 100,000 answers", floor, WATCHED, Math.ceil(runs / FLOORS.length)),
  ]);
  return Promise.resolve({ program: "rollout", machine: describeMachine(), setup: { seed: SEED, margin: 0.05 }, rows });
}

function lateLoss(): Partial<SimulatedRollout> {
  return { ...WATCHED, loss: 0.1, lossFrom: 50_000, longest: 60_000, looksApart: 1.002 };
}

function rowOf(candidate: string, floor: number, plan: Partial<SimulatedRollout>, runs: number): Row {
  const { byCriterion, byDetector, median, p90 } = simulateRollouts({ floor, ...plan }, runs, SEED);
  const late = plan.lossFrom ?? 0;
  const answers = (value: number): number | null => (Number.isFinite(value) ? value - late : null);
  return {
    candidate,
    "noise %": floor * 100,
    runs,
    "rolled back %": 100 * (byCriterion + byDetector),
    "by detector %": 100 * byDetector,
    "answers, median": answers(median),
    "answers, p90": answers(p90),
  };
}
