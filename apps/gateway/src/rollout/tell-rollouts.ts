import { type ControlState, type Rollout, shareOf } from "@understudy/contracts";
import type { Control } from "@understudy/control";
import type { WebhookFact } from "@understudy/telemetry";

/**
 * Tells what becomes of rollouts, whoever did it: a guard here, another gateway, a person. What was before the process began is
 * told by nobody. Returns how to stop.
 */
export function tellRollouts(control: Control, tell: (fact: WebhookFact) => void): () => void {
  let known = byId(control.current());
  return control.changed((state) => {
    const before = known;
    known = byId(state);
    for (const rollout of state.rollouts) {
      const fact = factOf(before.get(rollout.id), rollout);
      if (fact !== null) tell(fact);
    }
  });
}

function byId({ rollouts }: ControlState): ReadonlyMap<string, Rollout> {
  return new Map(rollouts.map((rollout) => [rollout.id, rollout]));
}

function factOf(before: Rollout | undefined, after: Rollout): WebhookFact | null {
  if (before === undefined || (before.state === after.state && before.stage === after.stage)) return null;
  const type = typeOf(before, after);
  if (type === null) return null;
  const { id, experiment, state, stage, reason } = after;
  return {
    type,
    subject: experiment,
    // Every gateway sees it, and tells it under one id.
    occasion: `${id} ${state} ${stage} ${state === "held" ? reason : ""}`,
    data: { rollout: id, state, from_percent: shareOf(before), to_percent: shareOf(after), reason },
  };
}

function typeOf(before: Rollout, after: Rollout): WebhookFact["type"] | null {
  if (after.state === "rolled_back") return "rollout_rolled_back";
  if (after.state === "held") return "rollout_held";
  if (after.stage !== before.stage || after.state === "watching" || after.state === "done") return "rollout_advanced";
  return null;
}
