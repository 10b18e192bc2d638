import { comparePair } from "@understudy/evaluation";
import {
  callSilently,
  type Delivery,
  type MirrorJob,
  type SilentTry,
  UncallableJobError,
  type Verdict,
} from "@understudy/mirror";
import type { CallRecord, CallRouter } from "@understudy/router";
import { type Clock, errorFields, type Logger, type Random } from "@understudy/runtime";
import type { Pair } from "@understudy/store";
import { clusterOf } from "./cluster-of.ts";
import { type JobMemory, readMemory } from "./job-memory.ts";

export interface HandlerDeps {
  readonly router: CallRouter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Milliseconds for one silent call. */
  readonly timeoutMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  /** Writes the pair and tells the logs and metrics of it. Rejects when the database cannot be reached. */
  readonly settle: (pair: Pair, job: MirrorJob) => Promise<void>;
}

/** How long a pair that could not be stored waits; its silent answer waits with it. */
const STORE_AGAIN_MS = 5_000;

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** Takes one mirror job to its one outcome: a pair, whichever way it ends. */
export function createMirrorJobHandler(deps: HandlerDeps): (delivery: Delivery) => Promise<Verdict> {
  return async (delivery) => {
    const { job } = delivery;
    const memory = readMemory(delivery.memory);
    if (memory.pair !== null) return settle(memory.pair, delivery, deps);
    if (deps.clock.now() > job.expires_at) {
      return settle(endedWithout(job, "expired", "max_job_age", deps.clock), delivery, deps);
    }
    const tried = await trySilently(delivery, memory, deps);
    return "kind" in tried ? tried : settle(tried, delivery, deps);
  };
}

/** The pair, or the verdict of a try that another may follow. */
async function trySilently(delivery: Delivery, memory: JobMemory, deps: HandlerDeps): Promise<Pair | Verdict> {
  const { job, signal } = delivery;
  const queueWaitMs = memory.queueWaitMs ?? Math.max(0, deps.clock.now() - job.admitted_at);
  try {
    const silent = await callSilently(job, deps.router, {
      signal,
      timeoutMs: deps.timeoutMs,
      queueWaitMs,
      earlier: memory.attempts,
    });
    // We ended the call ourselves. An answer that came all the same is as good as any.
    if (signal.aborted && silent.record.error?.kind === "aborted") return { kind: "again", afterMs: 0 };
    const afterMs = silent.retryAfterMs ?? backoffMs(memory.tries, deps.random);
    const called = silent.record.attempts.length > memory.attempts.length;
    if (called && !mayTryAgain(silent, afterMs, delivery, deps)) return pairOf(job, silent.record, deps);
    // All deployments were cooling down or busy: that is no try of the silent model, only a longer wait.
    const tries = called ? memory.tries + 1 : memory.tries;
    await delivery.remember({ tries, attempts: silent.record.attempts, queueWaitMs, pair: null } satisfies JobMemory);
    return { kind: "again", afterMs: called ? afterMs : Math.max(afterMs, FIRST_BACKOFF_MS) };
  } catch (error) {
    if (error instanceof UncallableJobError) return endedWithout(job, "dropped", error.reason, deps.clock);
    throw error;
  }
}

/** A try that would begin after the job's last moment is none: the attempts that were made are its outcome. */
function mayTryAgain(silent: SilentTry, afterMs: number, { job, memory }: Delivery, deps: HandlerDeps): boolean {
  return silent.retryable && readMemory(memory).tries < deps.retries && deps.clock.now() + afterMs <= job.expires_at;
}

/** Stores the pair. While that fails the pair stays with the job, so that no silent call is ever paid for twice. */
async function settle(pair: Pair, delivery: Delivery, deps: HandlerDeps): Promise<Verdict> {
  try {
    await deps.settle(pair, delivery.job);
  } catch (error) {
    deps.logger.warn("a pair cannot be stored yet; it waits on the queue", { pair_id: pair.id, ...errorFields(error) });
    await delivery.remember({ tries: 0, attempts: [], queueWaitMs: null, pair } satisfies JobMemory);
    return { kind: "again", afterMs: STORE_AGAIN_MS };
  }
  return pair.outcome === "failed" ? { kind: "failed", message: failureOf(pair.silent) } : { kind: "done" };
}

function pairOf(job: MirrorJob, silent: CallRecord, deps: HandlerDeps): Pair {
  const pair = common(job, deps.clock);
  return {
    ...pair,
    outcome: silent.status === "ok" ? "paired" : "failed",
    reason: silent.error?.kind ?? null,
    silent,
    comparison: comparisonOf(job, silent, { request: pair.request, logger: deps.logger }),
  };
}

/** A pair that cannot be compared is still an outcome; to throw it away would have the silent call paid for again. */
function comparisonOf(
  job: MirrorJob,
  silent: CallRecord,
  { request, logger }: { readonly request: unknown; readonly logger: Logger },
): Pair["comparison"] {
  try {
    return comparePair(job.primary, silent, request);
  } catch (error) {
    logger.error("a pair cannot be compared", { pair_id: job.pair_id, ...errorFields(error) });
    return null;
  }
}

function endedWithout(job: MirrorJob, outcome: "expired" | "dropped", reason: string, clock: Clock): Pair {
  return { ...common(job, clock), outcome, reason, silent: null, comparison: null };
}

function common(job: MirrorJob, clock: Clock) {
  const request = requestOf(job);
  return {
    id: job.pair_id,
    experiment: job.experiment,
    request_id: job.request_id,
    silent_model: job.silent_model,
    created_at: clock.now(),
    primary: job.primary,
    request,
    cluster: clusterOf(request),
  };
}

function requestOf(job: MirrorJob): unknown {
  try {
    return JSON.parse(job.request);
  } catch {
    return null;
  }
}

function failureOf(silent: CallRecord | null): string {
  return silent?.error === null || silent?.error === undefined
    ? "failed"
    : `${silent.error.kind}: ${silent.error.message}`;
}

/** Full jitter: nobody waits for a silent answer, so it spreads wider than the router's own retries do. */
function backoffMs(triesBefore: number, random: Random): number {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** triesBefore);
}
