import { type ControlState, NO_CONTROL, type Rollout } from "@understudy/contracts";
import type { Control } from "./control.ts";
import { rolledBack } from "./rolled-back.ts";

/** A control without a database, whose state the test sets. */
export interface StillControl extends Control {
  set(state: ControlState): void;
  /** What was rolled back, in order. */
  readonly rollbacks: readonly { readonly id: string; readonly who: string; readonly reason: string | null }[];
}

export function stillControl(state: ControlState = NO_CONTROL): StillControl {
  const listeners = new Set<(state: ControlState) => void>();
  const rollbacks: { id: string; who: string; reason: string | null }[] = [];
  let current = state;
  const set = (next: ControlState): void => {
    current = next;
    for (const listener of listeners) listener(next);
  };
  return {
    set,
    rollbacks,
    current: () => current,
    changed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rollBackHere(id, who, reason) {
      rollbacks.push({ id, who, reason });
      const next = rolledBack(current, [{ rollout: id, at: 0, who, reason }]);
      if (next !== current) set(next);
      return next.rollouts.find((rollout) => rollout.id === id) ?? null;
    },
    refresh: () => Promise.resolve(),
    service: { name: "control", start: () => Promise.resolve(), stop: () => Promise.resolve() },
  };
}

/** Only for tests: a rollout from `main` to `cheap` at half of the sessions, of a primary that never failed. */
export function sampleRollout(more: Partial<Rollout> = {}): Rollout {
  return {
    id: "rollout_1",
    experiment: "main~cheap",
    primary: "main",
    silent: "cheap",
    state: "running",
    stages: [50, 100],
    stage: 0,
    sticky: "session",
    hold: { pairs: 0, hours: 0 },
    automatic: false,
    fallback: true,
    watch_ms: 86_400_000,
    forced: false,
    baseline: { error_rate: 0, first_token_p95_ms: null },
    started_at: 1,
    stage_at: 1,
    ended_at: null,
    reason: null,
    ...more,
  };
}

/** Only for tests: a state with these rollouts, and nothing else. */
export function rollingOut(...rollouts: readonly Rollout[]): ControlState {
  return { ...NO_CONTROL, version: 1, rollouts };
}
