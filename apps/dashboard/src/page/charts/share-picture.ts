import type { ExperimentEvent, Rollout } from "@understudy/contracts";
import { shareOf } from "@understudy/contracts";
import { shortDay, clockTime } from "../frame/moments.ts";
import { isMidnight, timeTicks } from "./axis.ts";
import type { PlannedStage } from "../rollout/plan.ts";

export interface ShareStep {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Per cent. */
  readonly share: number;
}

export interface Pin {
  readonly at: number;
  readonly share: number;
  readonly kind: "stage" | "held" | "back";
}

/** The share of a candidate over time: what was, what is planned, what happened. */
export interface SharePicture {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly steps: readonly ShareStep[];
  readonly planned: readonly ShareStep[];
  readonly pins: readonly Pin[];
  /** Times in which it was held. */
  readonly held: readonly { readonly from: number; readonly to: number }[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

export interface ShareInput {
  readonly rollout: Rollout;
  /** Of its experiment, newest first; tries before it are drawn as well. */
  readonly events: readonly ExperimentEvent[];
  readonly plan: readonly PlannedStage[];
  readonly now: number;
}

const MOST_TICKS = 7;
const ROOM = 0.04;

export function sharePicture({ rollout, events, plan, now }: ShareInput): SharePicture {
  const told = events.filter(({ rollout: id }) => id !== null).toSorted((one, other) => one.at - other.at);
  const steps = stepsOf(told, rollout);
  const planned = plan.flatMap(({ share, expected_at }) => (expected_at === null ? [] : [{ share, at: expected_at }]));
  const first = steps[0]?.at ?? rollout.started_at;
  const last = Math.max(now, planned.at(-1)?.at ?? now);
  const room = Math.max(1_000, (last - first) * ROOM);
  const [from, to] = [first - room, last + (planned.length > 0 ? 3 * room : room)];
  return {
    from,
    to,
    now,
    steps,
    planned,
    pins: told.flatMap((event) => pinOf(event, steps)),
    held: heldTimes(told, now),
    ticks: timeTicks(from, to, MOST_TICKS).map((at) => ({ at, label: isMidnight(at) ? shortDay(at) : clockTime(at) })),
  };
}

/** Each change of the share; of a rollout whose events cannot be read, what it is now. */
function stepsOf(events: readonly ExperimentEvent[], rollout: Rollout): readonly ShareStep[] {
  const steps = events.flatMap(({ at, changes }) => {
    const after = changes["share"]?.[1];
    return typeof after === "number" ? [{ at, share: after }] : [];
  });
  if (steps.length > 0) return steps;
  const began = { at: rollout.started_at, share: rollout.stages[0] ?? 0 };
  return rollout.ended_at === null
    ? [began, { at: rollout.stage_at, share: shareOf(rollout) }]
    : [began, { at: rollout.ended_at, share: shareOf(rollout) }];
}

/** A pin stands where the share was: of what was taken back, where it came from. */
function pinOf({ at, kind, changes }: ExperimentEvent, steps: readonly ShareStep[]): readonly Pin[] {
  const share = (moment: number): number => steps.findLast((step) => step.at <= moment)?.share ?? 0;
  if (kind === "rollout_started" || kind === "advanced") return [{ at, share: share(at), kind: "stage" }];
  if (kind === "held") return [{ at, share: share(at), kind: "held" }];
  if (kind !== "rolled_back") return [];
  const before = changes["share"]?.[0];
  return [{ at, share: typeof before === "number" ? before : share(at - 1), kind: "back" }];
}

const ENDS_HOLD = new Set(["released", "advanced", "rolled_back", "promoted"]);

function heldTimes(events: readonly ExperimentEvent[], now: number): SharePicture["held"] {
  return events.flatMap((event, index) => {
    if (event.kind !== "held") return [];
    const end = events.slice(index + 1).find(({ kind }) => ENDS_HOLD.has(kind));
    return [{ from: event.at, to: end?.at ?? now }];
  });
}
