import type { ExperimentControl, ExperimentState, Rollout } from "@understudy/contracts";
import { ControlConflictError, type NewSettings, type RolloutMoment } from "./control-store.ts";

/** Throws `ControlConflictError` where an experiment in this state, and under this rollout, cannot be changed so. */
export function mayChange(
  before: ExperimentControl,
  change: NewSettings,
  { rollout, now }: { readonly rollout: Rollout | null; readonly now: number },
): void {
  const { id, state, settings } = before;
  if (rollout !== null) refuseUnderRollout(before, change, rollout);
  const endsAt = change.ends_at === undefined ? settings.ends_at : change.ends_at;
  if (change.state === "running" && endsAt !== null && endsAt <= now) {
    const over = new Date(endsAt).toISOString();
    throw new ControlConflictError(
      `${id} is ${state}: its end date ${over} is over. Send another ends_at with it, or null for none.`,
    );
  }
  if (change.state === "paused" && state === "ended") {
    throw new ControlConflictError(
      `${id} is ended, and nothing of it runs that could be paused. The state "running" lets it go on.`,
    );
  }
}

/** Its state follows the rollout's, and neither a state nor a date may take the pairs away that guard it. */
function refuseUnderRollout({ id, state, settings }: ExperimentControl, change: NewSettings, rollout: Rollout): void {
  const isNew = <T>(to: T | undefined, from: T): boolean => to !== undefined && to !== from;
  const touched = isNew<string>(change.state, state)
    ? "state"
    : isNew(change.ends_at, settings.ends_at)
      ? "ends_at"
      : null;
  if (touched === null) return;
  const why =
    rollout.state === "done"
      ? `its rollout ${rollout.id} gave all requests to ${rollout.silent}`
      : `its rollout ${rollout.id} is ${rollout.state}, and is guarded by its pairs`;
  throw new ControlConflictError(
    `${id} is ${state}: ${why}, so its ${touched} cannot be changed now. POST /api/rollouts/${rollout.id}/rollback takes it back first.`,
  );
}

/** Throws `ControlConflictError` where a rollout cannot go there from where it is. */
export function mayMove({ id, state, stage, stages }: Rollout, to: RolloutMoment): void {
  const last = stages.length - 1;
  const refuse = (why: string): never => {
    throw new ControlConflictError(
      `The rollout ${id} is ${state} at ${stages[stage] ?? 0} %: ${why}. ${nowPossible({ id, state })}`,
    );
  };
  if (to.stage < stage || to.stage > last || (to.stage !== stage && !goesOn(state)))
    refuse("it cannot go to that stage");
  if (!NEXT[state].includes(to.state)) refuse(`it cannot become ${to.state}`);
  if ((to.state === "watching" || to.state === "done") && to.stage !== last) {
    refuse("the candidate does not answer all requests yet");
  }
}

const goesOn = (state: Rollout["state"]): boolean => state === "running" || state === "held";

const NEXT: Readonly<Record<Rollout["state"], readonly Rollout["state"][]>> = {
  running: ["running", "held", "watching", "done", "rolled_back"],
  held: ["held", "running", "watching", "done", "rolled_back"],
  watching: ["watching", "done", "rolled_back"],
  done: ["done", "rolled_back"],
  rolled_back: [],
};

const ACTIONS: Readonly<Record<Rollout["state"], readonly string[]>> = {
  running: ["advance", "pause", "rollback"],
  held: ["advance", "resume", "rollback"],
  watching: ["advance", "rollback"],
  done: ["rollback"],
  rolled_back: [],
};

/** What may be done with a rollout now, as a sentence for whoever tried something else. */
export function nowPossible({ id, state }: Pick<Rollout, "id" | "state">): string {
  const actions = ACTIONS[state];
  if (actions.length === 0) return "A new try is a new rollout: POST /api/experiments/:id/rollout.";
  return `It can be sent now: POST /api/rollouts/${id}/${actions.join(" | ")}.`;
}

/** What a rollout in this state makes of its experiment. */
export function experimentStateOf(state: Rollout["state"]): ExperimentState {
  if (state === "rolled_back") return "rolled_back";
  return state === "watching" || state === "done" ? "promoted" : "running";
}
