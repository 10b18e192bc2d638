import type { AdmittedMirror, Caller, CallerEntry, LedgerBatch, LedgerEntry } from "@understudy/contracts";
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

/** A proxy in front may name callers without end: those beyond are counted with everybody, and in no account of their own. */
const MOST_CALLER_COUNTS = 10_000;

/** Bounded: a number for each experiment, reason and kind of request, so many of callers, and so many admissions. */
export function createLedger(now: () => number): Ledger {
  let counts = new Map<string, LedgerEntry>();
  let callers = new Map<string, CallerEntry>();
  let admissions = new Map<string, AdmittedMirror>();
  let withdrawn: string[] = [];

  const add = (entry: Omit<LedgerEntry, "count">, more = 1): void => {
    const key = `${entry.experiment}\n${entry.kind}\n${entry.reason}\n${entry.stratum}`;
    const count = (counts.get(key)?.count ?? 0) + more;
    counts.set(key, { ...entry, count });
  };

  const addOf = (caller: Caller | undefined, entry: Omit<CallerEntry, "count" | keyof Caller>, more = 1): void => {
    if (caller === undefined) return;
    const { key_alias, team } = caller;
    const key = JSON.stringify([entry.experiment, entry.kind, entry.reason, key_alias, team]);
    const known = callers.get(key);
    if (known === undefined && callers.size >= MOST_CALLER_COUNTS) return;
    callers.set(key, { ...entry, key_alias, team, count: (known?.count ?? 0) + more });
  };

  return {
    admitted({ pair_id, experiment, admitted_at, expires_at, stratum = "", primary: { caller } }) {
      add({ experiment, kind: "admitted", reason: "", stratum });
      if (admissions.size < MOST_ADMISSIONS) {
        const known = caller === undefined ? {} : { caller };
        admissions.set(pair_id, { pair_id, experiment, ...known, admitted_at, expires_at });
      }
    },
    skipped({ experiment, reason, stratum, caller, count }) {
      add({ experiment, kind: "skipped", reason, stratum }, count);
      addOf(caller, { experiment, kind: "skipped", reason }, count);
    },
    dropped({ pair_id, experiment, stratum = "", primary: { caller } }, reason) {
      add({ experiment, kind: "dropped", reason, stratum });
      addOf(caller, { experiment, kind: "dropped", reason });
      if (!admissions.delete(pair_id) && withdrawn.length < MOST_ADMISSIONS) withdrawn.push(pair_id);
    },
    take() {
      if (counts.size === 0) return null;
      const batch: LedgerBatch = {
        id: newId("led", now()),
        counts: [...counts.values()],
        ...(callers.size === 0 ? {} : { callers: [...callers.values()] }),
        admissions: [...admissions.values()],
        withdrawn,
      };
      counts = new Map();
      callers = new Map();
      admissions = new Map();
      withdrawn = [];
      return batch;
    },
  };
}
