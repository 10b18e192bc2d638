import type { ControlState } from "@understudy/contracts";
import type { FollowedControl } from "./handed-control.ts";

/** What follows from the state of the moment, made once for each state that is asked about. */
export function derivedFrom<T>(control: Pick<FollowedControl, "current">, make: (state: ControlState) => T): () => T {
  let last: { readonly state: ControlState; readonly made: T } | null = null;
  return () => {
    const state = control.current();
    if (last?.state !== state) last = { state, made: make(state) };
    return last.made;
  };
}
