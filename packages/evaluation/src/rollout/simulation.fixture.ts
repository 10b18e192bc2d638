import { type Block, type Shape, UNITS_IN_BLOCK } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import { median, seeded } from "../verdict/gambler.fixture.ts";
import type { Halves } from "./halves.ts";
import { guardQuestions, type GuardQuestion } from "./questions.ts";
import { logWealthBeyond } from "./wager.ts";
import { watchOver } from "./watch.ts";

// A rollout of a made-up candidate, guarded by the code that guards real ones.

export interface SimulatedRollout {
  /** How often answers differ by chance, and how much both of a request do so together. */
  readonly floor: number;
  readonly overlap: number;
  /** Loss in what clients get, from this answer on; silently it is as good as the primary. */
  readonly loss: number;
  readonly lossFrom: number;
  /** Per cent at each stage, the last for the rest; and answers of the candidate at each but the last. */
  readonly stages: readonly number[];
  readonly stageAnswers: number;
  /** Answers of the candidate after which it is over. */
  readonly longest: number;
  /** Answers between two looks, and how many times as many answers there are at the next look at least. */
  readonly lookEvery: number;
  readonly looksApart: number;
  /** Pairs with a control that led to the verdict. */
  readonly before: number;
}

const USUAL: SimulatedRollout = {
  floor: 0.05,
  overlap: 0.3,
  loss: 0,
  lossFrom: 0,
  stages: [5],
  stageAnswers: 400,
  longest: 6_000,
  lookEvery: 5,
  looksApart: 1,
  before: 500,
};

/** The answer at which it was rolled back, and what did it; null: never. */
export interface SimulatedEnd {
  readonly answers: number;
  readonly by: "criterion" | "detector";
}

const MARGINS = { qualityLoss: 0.05, judge: null, errorRate: 0.02, latency: null, p95Latency: null, cost: null };

export function simulateRollout(plan: SimulatedRollout, random: () => number): SimulatedEnd | null {
  const world = new World(plan, random);
  for (let pair = 0; pair < plan.before; pair += 1) world.answerSilently(false);
  let look = plan.lookEvery;
  for (let answers = 1; answers <= plan.longest; answers += 1) {
    const stage = Math.min(plan.stages.length - 1, Math.floor((answers - 1) / plan.stageAnswers));
    const share = plan.stages[stage] ?? 100;
    world.serve(answers > plan.lossFrom ? plan.loss : 0, (100 - share) / share);
    if (answers < look) continue;
    if (world.questions().some(isBeyond)) return { answers, by: "criterion" };
    look = Math.max(answers + plan.lookEvery, answers * plan.looksApart);
  }
  return world.alarmed();
}

function isBeyond({ nullLoss, beyond, level }: GuardQuestion): boolean {
  return logWealthBeyond(nullLoss, beyond) >= Math.log(1 / level);
}

class World {
  readonly #plan: SimulatedRollout;
  readonly #random: () => number;
  readonly #silent = new Counted();
  readonly #served = new Counted();
  readonly #chance = new Counted();
  readonly #blocks: Block[] = [];
  #block = new Counted();
  #units = 0;
  #owed = 0;

  constructor(plan: SimulatedRollout, random: () => number) {
    this.#plan = plan;
    this.#random = random;
  }

  /** One answer of the candidate to a client, and what the old primary answers meanwhile. */
  serve(loss: number, others: number): void {
    const differs = this.#random() < this.#plan.floor + loss ? 1 : 0;
    for (const counted of [this.#served, this.#block]) {
      counted.add("likeness", differs);
      counted.add("checks", 0);
      counted.add("errors", 0);
    }
    this.#units += 1;
    if (this.#units % UNITS_IN_BLOCK === 0) this.#closeBlock();
    for (this.#owed += others; this.#owed >= 1; this.#owed -= 1) this.answerSilently(true);
  }

  answerSilently(sinceItBegan: boolean): void {
    const { floor, overlap } = this.#plan;
    const both = floor * floor + overlap * floor * (1 - floor);
    const drawn = this.#random();
    const control = drawn < floor ? 1 : 0;
    const differs = drawn < both || (drawn >= floor && drawn < 2 * floor - both) ? 1 : 0;
    this.#chance.add("likeness", differs - control, control);
    if (!sinceItBegan) return;
    this.#silent.add("likeness", differs - control, control);
    this.#silent.add("checks", 0);
    this.#silent.add("errors", 0);
  }

  questions(): readonly GuardQuestion[] {
    return guardQuestions({ halves: this.#halves(), margins: MARGINS, asked: { judge: false, labels: false } });
  }

  /** The detector looks at the end of each block, so one look at the end finds what any look would have. */
  alarmed(): SimulatedEnd | null {
    const alarms = watchOver(this.questions(), this.#halves()).flatMap(({ rollsBackSince }) => rollsBackSince ?? []);
    return alarms.length === 0 ? null : { answers: Math.min(...alarms), by: "detector" };
  }

  #halves(): Halves {
    return {
      silent: this.#silent.shapes(),
      served: this.#served.shapes(),
      blocks: this.#blocks,
      chance: this.#chance.shapes(),
      controlled: true,
    };
  }

  #closeBlock(): void {
    const number = this.#blocks.length;
    const from = number * UNITS_IN_BLOCK;
    this.#blocks.push({ number, from, to: this.#units, units: UNITS_IN_BLOCK, shapes: this.#block.shapes() });
    this.#block = new Counted();
  }
}

class Counted {
  readonly #shapes = new Map<string, { -readonly [Key in keyof Shape]: Shape[Key] }>();

  add(criterion: UnitCriterion, sum: number, control = 0): void {
    const key = `${criterion} ${sum} ${control}`;
    const known = this.#shapes.get(key);
    if (known === undefined) this.#shapes.set(key, { criterion, kind: "", turns: 1, sum, control, count: 1 });
    else known.count += 1;
  }

  shapes(): readonly Shape[] {
    return [...this.#shapes.values()];
  }
}

export interface SimulatedRollouts {
  readonly runs: number;
  /** Shares of the runs, 0 to 1. */
  readonly byCriterion: number;
  readonly byDetector: number;
  /** Answers until rolled back, of those that were; NaN where none was. */
  readonly median: number;
  readonly p90: number;
}

/** So many of them, the same in every run of the program. */
export function simulateRollouts(plan: Partial<SimulatedRollout>, runs: number, seed: number): SimulatedRollouts {
  const random = seeded(seed);
  const ends = Array.from({ length: runs }, () => simulateRollout({ ...USUAL, ...plan }, random));
  const share = (by: SimulatedEnd["by"]): number => ends.filter((end) => end?.by === by).length / runs;
  // One that never was took longer than any.
  const answers = ends.map((end) => end?.answers ?? Infinity).toSorted((one, other) => one - other);
  return {
    runs,
    byCriterion: share("criterion"),
    byDetector: share("detector"),
    median: median(answers),
    p90: answers[Math.floor(answers.length * 0.9)] ?? Number.NaN,
  };
}
