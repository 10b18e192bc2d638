import { shortHash } from "@understudy/runtime";
import { createDice } from "./answer/dice.ts";
import { createMemo } from "./memo.ts";

/** `fair`: by the answers alone; `first`: whatever stands in the first place; `garbage`: no judgement at all. */
export type Judging = "fair" | "first" | "garbage";

/** How a simulated model behaves. */
export interface ModelProfile {
  readonly name: string;
  /** Dated name that answers carry, as real providers do. */
  readonly snapshot: string;
  /** What answers name as the backend that gave them. */
  readonly fingerprint: string;
  /** Median of the log-normal time to the first token, milliseconds. */
  readonly medianMs: number;
  readonly sigma: number;
  /** Milliseconds for each output token. */
  readonly perTokenMs: number;
  /** 0 is curt, 1 is talkative. */
  readonly verbosity: number;
  /** Share of ordinary questions that it gets wrong. */
  readonly mistakeRate: number;
  /** Share of answers that are put the plainest way, and so agree word for word with other models. */
  readonly plainness: number;
  /** Whose dice it answers by: two models of one voice answer alike. */
  readonly voice: string;
  /** Share of answers that differ by chance from what it said to the same prompt before, beside the simulator's own. */
  readonly wobble: number;
  /** Spends hidden tokens, and refuses `max_tokens` and temperatures other than 1. */
  readonly reasons: boolean;
  /** How it judges two answers, if that is what it is for. */
  readonly judging: Judging | null;
  /** Epoch seconds, for the list of models. */
  readonly created: number;
}

type Row = readonly [
  name: string,
  snapshot: string,
  ms: number,
  sigma: number,
  perToken: number,
  manner: Manner,
  at: number,
];
type Manner = readonly [verbosity: number, mistakeRate: number, plainness: number];

const ROWS: readonly Row[] = [
  ["gpt-3.5-turbo", "gpt-3.5-turbo-0125", 360, 0.35, 9, [0.4, 0.14, 0.7], 1_677_610_602],
  ["gpt-4", "gpt-4-0613", 900, 0.45, 34, [0.6, 0.05, 0.8], 1_687_882_411],
  ["gpt-4-turbo", "gpt-4-turbo-2024-04-09", 680, 0.45, 24, [0.8, 0.04, 0.8], 1_712_361_441],
  ["gpt-4o", "gpt-4o-2024-08-06", 430, 0.4, 12, [0.7, 0.03, 0.85], 1_715_367_049],
  ["gpt-4o-mini", "gpt-4o-mini-2024-07-18", 340, 0.35, 8, [0.6, 0.07, 0.8], 1_721_172_741],
  ["gpt-4.1", "gpt-4.1-2025-04-14", 470, 0.4, 11, [0.75, 0.025, 0.85], 1_744_316_542],
  ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", 360, 0.35, 8, [0.65, 0.05, 0.82], 1_744_318_173],
  ["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14", 260, 0.3, 5, [0.45, 0.11, 0.75], 1_744_321_025],
  ["gpt-5", "gpt-5-2025-08-07", 900, 0.5, 13, [0.75, 0.015, 0.85], 1_754_425_777],
  ["gpt-5-mini", "gpt-5-mini-2025-08-07", 600, 0.45, 9, [0.65, 0.03, 0.85], 1_754_425_928],
  ["gpt-5-nano", "gpt-5-nano-2025-08-07", 420, 0.4, 6, [0.5, 0.06, 0.8], 1_754_426_384],
  ["o1", "o1-2024-12-17", 1500, 0.5, 18, [0.7, 0.02, 0.8], 1_734_375_816],
  ["o3", "o3-2025-04-16", 1200, 0.5, 15, [0.7, 0.015, 0.82], 1_744_225_308],
  ["o3-mini", "o3-mini-2025-01-31", 800, 0.45, 9, [0.55, 0.04, 0.8], 1_737_146_383],
  ["o4-mini", "o4-mini-2025-04-16", 750, 0.45, 9, [0.55, 0.03, 0.82], 1_744_225_351],
];

/**
 * Three models to tell apart: a primary, one that is as good (and may be priced lower), and one that errs far more often.
 * Like real models they differ a little from themselves, so that a control has something to measure.
 */
const CANDIDATES: readonly (readonly [Row, voice: string, wobble: number])[] = [
  [["sim-primary", "sim-primary-1", 360, 0.35, 9, [0.5, 0.03, 0.8], 1_735_689_600], "sim-primary", 0.06],
  [["sim-equal", "sim-equal-1", 340, 0.35, 8, [0.5, 0.03, 0.8], 1_735_689_600], "sim-primary", 0.06],
  [["sim-worse", "sim-worse-1", 420, 0.4, 10, [0.5, 0.5, 0.8], 1_735_689_600], "sim-worse", 0.06],
];

const JUDGES: readonly (readonly [name: string, judging: Judging])[] = [
  ["sim-judge", "fair"],
  ["sim-judge-first", "first"],
  ["sim-judge-garbage", "garbage"],
];

const REASONING_NAMES = /^(?:o1|o3|o4|gpt-5)/;

/** The models with a row of their own, as `GET /v1/models` lists them. */
export const MODEL_PROFILES: readonly ModelProfile[] = [
  ...ROWS.map(fromRow),
  ...CANDIDATES.map(([row, voice, wobble]) => ({ ...fromRow(row), voice, wobble })),
  ...JUDGES.map(([name, judging]) => ({
    ...fromRow([name, `${name}-1`, 300, 0.3, 6, [0.3, 0, 1], 1_735_689_600]),
    judging,
  })),
];

// Longest first, so that `gpt-4o-mini-2024-07-18` is not taken for `gpt-4o`.
const BY_LENGTH = MODEL_PROFILES.toSorted((one, other) => other.name.length - one.name.length);

/** The profile of a model, of its dated name, or of its Azure spelling; any other name gets one derived from its hash. */
export function profileOf(model: string): ModelProfile {
  return profiles(model, () => findProfile(model));
}

const profiles = createMemo<ModelProfile>(1_000);

function findProfile(model: string): ModelProfile {
  const name = model.replace(/^gpt-35/, "gpt-3.5");
  const known = BY_LENGTH.find((profile) => name === profile.name || name.startsWith(`${profile.name}-`));
  if (known === undefined) return unknownProfile(model);
  return name === known.name
    ? known
    : { ...known, name: model, voice: model, snapshot: model, fingerprint: fingerprintOf(model) };
}

function fingerprintOf(snapshot: string): string {
  return `fp_${shortHash(snapshot, 10)}`;
}

function unknownProfile(model: string): ModelProfile {
  const dice = createDice({ seed: "", prompt: "profile", model, variation: "" });
  const trait = (name: string, low: number, high: number): number => low + (high - low) * dice.own(name);
  return {
    name: model,
    snapshot: model,
    fingerprint: fingerprintOf(model),
    medianMs: trait("latency", 200, 900),
    sigma: trait("spread", 0.3, 0.5),
    perTokenMs: trait("pace", 5, 25),
    verbosity: trait("verbosity", 0.2, 0.9),
    mistakeRate: trait("mistakes", 0.02, 0.15),
    plainness: trait("plainness", 0.65, 0.85),
    voice: model,
    wobble: 0,
    reasons: REASONING_NAMES.test(model),
    judging: null,
    created: 1_735_689_600,
  };
}

function fromRow([name, snapshot, medianMs, sigma, perTokenMs, manner, created]: Row): ModelProfile {
  const [verbosity, mistakeRate, plainness] = manner;
  const reasons = REASONING_NAMES.test(name);
  const fingerprint = fingerprintOf(snapshot);
  const figures = { medianMs, sigma, perTokenMs, verbosity, mistakeRate, plainness };
  return { name, snapshot, fingerprint, ...figures, voice: name, wobble: 0, reasons, judging: null, created };
}
