import type { ControlState, Rollout } from "@understudy/contracts";
import type { Service } from "@understudy/runtime";

/** What can be changed while processes run, as this one knows it. */
export interface Control {
  /** The last state that is known, what was rolled back here included. The same object until it is another state. */
  current(): ControlState;
  /** Calls `listener` after each change with the new state, until the returned function is called. */
  changed(listener: (state: ControlState) => void): () => void;
  /**
   * Takes a rollout back: here before it returns, on this disk next, and for everybody once the database has it. Returns the
   * rollout as it is from now on; null where none with that id is known. One that is rolled back already stays as it is.
   */
  rollBackHere(rolloutId: string, who: string, reason: string | null): Rollout | null;
  /** Reads what others have changed now, for whoever has just changed something. Never rejects. */
  refresh(): Promise<void>;
  readonly service: Service;
}
