import type { BoundsNow, CriterionState } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";

export type Kind = Report["verdict"]["kinds"][number];

const STATES: Readonly<Record<Kind["state"], CriterionState>> = {
  failing: "fail",
  shown: "pass",
  open: "open",
  small: "cannot_tell",
};

/** A kind as criteria are drawn: one that fails against what it is beyond, any other against what it must be shown to be below. */
export function boundsOfKind(kind: Kind): BoundsNow<string> {
  const { name, low, high, loss, state, pairs, conversations, fails_beyond, shown_below } = kind;
  const margin = state === "failing" ? fails_beyond : shown_below;
  const bounds = { low, high, estimate: loss, control: null };
  return { name, unit: "points", margin, state: STATES[state], pairs, conversations, ...bounds };
}
