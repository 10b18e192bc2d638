import type { CallSinks } from "./call-sinks.ts";
import type { SinkState } from "./sink.ts";

/** Has a buffer of its own beside those of the calls. */
interface OneState {
  readonly state: () => SinkState;
}

/** Reads the state of all that a process sends elsewhere; null when it sends nothing. */
export function sinkStatesOf(
  sinks: Pick<CallSinks, "states"> | null,
  others: readonly (OneState | null)[],
): (() => readonly SinkState[]) | null {
  const more = others.filter((other) => other !== null);
  if (sinks === null && more.length === 0) return null;
  return () => [...(sinks?.states() ?? []), ...more.map((other) => other.state())];
}
