import type { AdmittedMirror, LedgerBatch, LedgerEntry } from "@understudy/contracts";
import { newId } from "@understudy/runtime";
import type { DropReason } from "../decision/decide.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { Skipped } from "../decision/mirroring.ts";

/** What was admitted and what was not mirrored, and why. Kept in memory until it is written down. */
export interface Ledger {
  /** A mirror was decided on. */
  admitted(job: MirrorJob): void;
  /** It was decided not to mirror. */
  skipped(skipped: Skipped): void;
  /** An admitted mirror was given up before it reached the queue. */
  dropped(job: MirrorJob, reason: DropReason): void;
  /** Takes all that came since the last call; null when nothing did. */
  take(): LedgerBatch | null;
}

/**
 * Mirrors that are remembered one by one while they cannot be written: some 20 MB. Those beyond are only counted, and
 * known by their outcome alone.
 */
const MOST_ADMISSIONS = 100_000;

/** Bounded: a number for each experiment, reason and kind of request, and so many admissions. */
export function createLedger(now: () => number): Ledger {
  let counts = new Map<string, LedgerEntry>();
  let admissions = new Map<string, AdmittedMirror>();
  let withdrawn: string[] = [];

  const add = (entry: Omit<LedgerEntry, "count">, more = 1): void => {
    const key = `${entry.experiment}\n${entry.kind}\n${entry.reason}\n${entry.stratum}`;
    const count = (counts.get(key)?.count ?? 0) + more;
    counts.set(key, { ...entry, count });
  };

  return {
    admitted({ pair_id, experiment, admitted_at, expires_at, stratum = "" }) {
      add({ experiment, kind: "admitted", reason: "", stratum });
      if (admissions.size < MOST_ADMISSIONS) {
        admissions.set(pair_id, { pair_id, experiment, admitted_at, expires_at });
      }
    },
    skipped: ({ experiment, reason, stratum, count }) => add({ experiment, kind: "skipped", reason, stratum }, count),
    dropped({ pair_id, experiment, stratum = "" }, reason) {
      add({ experiment, kind: "dropped", reason, stratum });
      if (!admissions.delete(pair_id) && withdrawn.length < MOST_ADMISSIONS) withdrawn.push(pair_id);
    },
    take() {
      if (counts.size === 0) return null;
      const batch: LedgerBatch = {
        id: newId("led", now()),
        counts: [...counts.values()],
        admissions: [...admissions.values()],
        withdrawn,
      };
      counts = new Map();
      admissions = new Map();
      withdrawn = [];
      return batch;
    },
  };
}
