import type { Decision, ExperimentState, Rollout } from "@understudy/contracts";
import { shareOf } from "@understudy/contracts";

/** What stands over an experiment: one word, one shape, one colour. */
export type StandingKind = "promote" | "reject" | "watch" | "cannot" | "rollout" | "control" | "unknown";

export interface Standing {
  readonly kind: StandingKind;
  readonly word: string;
  /** After the word, smaller: `provisional`, `no date`, `paused`. */
  readonly after: string | null;
  /** Of the shape: share of the rollout, or pairs so far of pairs expected, 0 to 1. */
  readonly part: number;
  /** Nothing comes of it now: its colour is taken away. */
  readonly still: boolean;
}

export interface Stood {
  readonly primary: string;
  readonly silent: string;
  readonly state: ExperimentState;
  readonly rollout: Pick<Rollout, "state" | "stages" | "stage"> | null;
  readonly verdict: {
    readonly decision: Decision;
    readonly pairs: number;
    readonly pairs_needed: number | null;
  } | null;
}

const WORDS = {
  promote: ["promote", "Promote", null],
  promote_provisional: ["promote", "Promote", "provisional"],
  reject: ["reject", "Reject", null],
  keep_watching: ["watch", "Keep watching", null],
  cannot_judge: ["cannot", "Cannot judge", null],
} as const satisfies Readonly<Record<Decision, readonly [StandingKind, string, string | null]>>;

const STATE_WORDS: Readonly<Record<ExperimentState, string | null>> = {
  running: null,
  paused: "paused",
  ended: "ended",
  promoted: "promoted",
  rolled_back: "rolled back",
};

/** A rollout that routes goes before the verdict, which it was started on. */
export function standingOf({ primary, silent, state, rollout, verdict }: Stood): Standing {
  if (primary === silent) return { kind: "control", word: "Control", after: null, part: 0, still: false };
  if (rollout !== null && rollout.state !== "rolled_back" && rollout.state !== "done") {
    const share = shareOf(rollout);
    const after = rollout.state === "running" ? null : rollout.state;
    return { kind: "rollout", word: `Rollout ${share}%`, after, part: share / 100, still: false };
  }
  const stateWord = STATE_WORDS[state];
  const still = state === "paused" || state === "ended";
  if (verdict === null) return { kind: "unknown", word: "No verdict yet", after: stateWord, part: 0, still };
  const [kind, word, note] = WORDS[verdict.decision];
  const { pairs, pairs_needed } = verdict;
  const part = kind !== "watch" || pairs_needed === null ? 0 : pairs / Math.max(1, pairs + pairs_needed);
  const after = stateWord ?? note ?? (kind === "watch" && pairs_needed === null ? "no date" : null);
  return { kind, word, after, part, still };
}
