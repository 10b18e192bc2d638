import type { BoundsNow, CriterionOverview, CriterionState } from "@understudy/contracts";
import { judge, type JudgedInput } from "../verdict/judge.ts";
import type { Kind } from "../verdict/kinds.ts";
import { criteriaNow } from "./create-overview.ts";

/** All whose course is kept, as it stands now. */
export interface Course {
  readonly criteria: readonly CriterionOverview[];
  readonly kinds: readonly BoundsNow<string>[];
}

/** What clients send decides how many kinds there are; the course of the most frequent is kept. */
const MOST_KINDS = 24;

const STATES: Readonly<Record<Kind["state"], CriterionState>> = {
  failing: "fail",
  shown: "pass",
  open: "open",
  small: "cannot_tell",
};

export function courseNow(input: JudgedInput): Course {
  const { verdict } = judge(input);
  const kinds = verdict.kinds.toSorted((one, other) => other.share - one.share).slice(0, MOST_KINDS);
  return { criteria: criteriaNow(verdict), kinds: kinds.map(kindNow) };
}

function kindNow({ name, fails_beyond, low, high, loss, state, pairs, conversations }: Kind): BoundsNow<string> {
  const bounds = { low, high, estimate: loss, control: null, pairs, conversations };
  return { name, unit: "points", margin: fails_beyond, state: STATES[state], ...bounds };
}
