/** Money set aside before a call, so that calls under way count towards a daily cap. */
export interface Reservation {
  /** Whose cap: `silent:NAME` for a silent model, `judge` for all judging. */
  readonly account: string;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** What the call may cost. */
  readonly usd: number;
}

/** `wait`: there will be room if calls under way cost less than was reserved. `reached`: no more on this day. */
export type ReservationAnswer = "reserved" | "wait" | "reached";

/** What a day has cost an account, and what is reserved for calls under way. */
export interface Spend {
  readonly spentUsd: number;
  readonly reservedUsd: number;
}

/** What a day costs each account, across all processes. */
export interface SpendStore {
  /** Reserves within the cap, across all processes, or says why not. */
  reserve(reservation: Reservation, capUsd: number): Promise<ReservationAnswer>;
  /** Ends a reservation. One that is never ended counts as spent for the rest of its day. */
  charge(reservation: Reservation, actualUsd: number): Promise<void>;
  read(account: string, day: string): Promise<Spend>;
}
