import { useSyncExternalStore } from "react";
import { now } from "./clock.ts";

/** When the gateway last answered, and whether it does now. */
export interface Seen {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly away: boolean;
}

let seen: Seen = { at: now(), away: false };
const listeners = new Set<() => void>();

/** Told by whatever asks the gateway for something. */
export function gatewayAnswered(): void {
  tell({ at: now(), away: false });
}

export function gatewayAway(): void {
  if (!seen.away) tell({ ...seen, away: true });
}

/** Also the page's present: what is shown as "3 h ago" is as of here. */
export function useSeen(): Seen {
  return useSyncExternalStore(subscribe, () => seen);
}

function tell(next: Seen): void {
  seen = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
