/** Counts of what was admitted and what was not mirrored, and why. Kept in memory until they are written down. */
export interface Ledger {
  /** A mirror was decided on. */
  admitted(experiment: string): void;
  /** It was decided not to mirror. */
  skipped(experiment: string, reason: string): void;
  /** An admitted mirror was given up before it reached the queue. */
  dropped(experiment: string, reason: string): void;
  /** Takes all counts since the last call. */
  take(): readonly LedgerCount[];
  /** Gives back counts that could not be written. */
  putBack(counts: readonly LedgerCount[]): void;
}

export interface LedgerCount {
  readonly experiment: string;
  readonly kind: "admitted" | "skipped" | "dropped";
  /** Empty for admitted. */
  readonly reason: string;
  readonly count: number;
}

/** Bounded by nature: one number for each experiment and reason. */
export function createLedger(): Ledger {
  let counts = new Map<string, LedgerCount>();

  const add = (entry: LedgerCount): void => {
    const key = `${entry.experiment}\n${entry.kind}\n${entry.reason}`;
    const count = (counts.get(key)?.count ?? 0) + entry.count;
    counts.set(key, { ...entry, count });
  };

  return {
    admitted: (experiment) => add({ experiment, kind: "admitted", reason: "", count: 1 }),
    skipped: (experiment, reason) => add({ experiment, kind: "skipped", reason, count: 1 }),
    dropped: (experiment, reason) => add({ experiment, kind: "dropped", reason, count: 1 }),
    take() {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
    putBack: (entries) => entries.forEach(add),
  };
}
