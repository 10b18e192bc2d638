import type { ControlState } from "@understudy/contracts";
import type { Control } from "./control.ts";

/** What follows the state of a process, and changes nothing. */
export type FollowedControl = Pick<Control, "current" | "changed">;

/** The state as another thread tells it. */
export interface HandedControl extends FollowedControl {
  set(state: ControlState): void;
}

export function handedControl(state: ControlState): HandedControl {
  const listeners = new Set<(state: ControlState) => void>();
  let current = state;
  return {
    current: () => current,
    changed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      current = next;
      for (const listener of listeners) listener(next);
    },
  };
}
