import { comparePair } from "@understudy/evaluation/compare";
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
import { silentTraceparent } from "@understudy/telemetry";
import type { Budget } from "./budget.ts";
import { clusterOf } from "./cluster-of.ts";
import { type JobMemory, readMemory } from "./job-memory.ts";
import { isRateLimited, LONGEST_PAUSE_MS, type Pauses } from "./pauses.ts";

export interface HandlerDeps {
  readonly router: CallRouter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Milliseconds for one silent call. */
  readonly timeoutMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  readonly budget: Budget;
  readonly pauses: Pauses;
  /** Writes the pair and tells the logs and metrics of it. Rejects when the database cannot be reached. */
  readonly settle: (pair: Pair, job: MirrorJob) => Promise<void>;
  /** Whether the pair is stored already. Rejects as `settle` does. */
  readonly isSettled: (pairId: string) => Promise<boolean>;
}

/** How long a pair that could not be stored waits; its silent answer waits with it. */
const STORE_AGAIN_MS = 5_000;

/** Until calls under way have ended, and may have left room in the budget. */
const BUDGET_AGAIN_MS = 1_000;
/** Refusals for a limit cost a job no try, but its record must not grow without end. */
const MOST_FREE_ATTEMPTS = 50;

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** Takes one mirror job to its one outcome: a pair, whichever way it ends. */
export function createMirrorJobHandler(deps: HandlerDeps): (delivery: Delivery) => Promise<Verdict> {
  return async (delivery) => {
    const { job } = delivery;
    const memory = readMemory(delivery.memory);
    if (memory.pair !== null) return settle(memory.pair, delivery, deps);
    // A replay that is started again cannot tell a job that waits from one that has just ended.
    if (job.replay === true && (await deps.isSettled(job.pair_id))) return { kind: "done" };
    if (deps.clock.now() > job.expires_at) {
      return settle(endedWithout(job, "expired", "max_job_age", deps.clock), delivery, deps);
    }
    const { end, restMs } = await trySilently(delivery, memory, deps);
    const verdict = "kind" in end ? end : await settle(end, delivery, deps);
    return restMs === null ? verdict : { ...verdict, restMs };
  };
}

/** How one try ended: with the pair, or with the verdict of a try that another may follow. */
interface TryEnd {
  readonly end: Pair | Verdict;
  /** For so long the whole queue is to rest. */
  readonly restMs: number | null;
}

async function trySilently(delivery: Delivery, memory: JobMemory, deps: HandlerDeps): Promise<TryEnd> {
  const { job, signal } = delivery;
  const queueWaitMs = memory.queueWaitMs ?? Math.max(0, deps.clock.now() - job.admitted_at);
  try {
    const silent = await callWithinBudget(delivery, memory, queueWaitMs, deps);
    if (silent === "reached") {
      return { end: endedWithout(job, "dropped", "budget_reached", deps.clock), restMs: null };
    }
    if (silent === "wait") return { end: { kind: "again", afterMs: BUDGET_AGAIN_MS }, restMs: BUDGET_AGAIN_MS };
    // We ended the call ourselves. An answer that came all the same is as good as any.
    if (signal.aborted && silent.record.error?.kind === "aborted") {
      return { end: { kind: "again", afterMs: 0 }, restMs: null };
    }
    const called = silent.record.attempts.length > memory.attempts.length;
    const restMs = deps.pauses.after(silent, called);
    const next = nextTry(silent, called, { memory, job }, deps);
    if (next === null) return { end: pairOf(job, silent.record, deps), restMs };
    const { tries, afterMs } = next;
    await delivery.remember({ tries, attempts: silent.record.attempts, queueWaitMs, pair: null } satisfies JobMemory);
    return { end: { kind: "again", afterMs }, restMs };
  } catch (error) {
    if (!(error instanceof UncallableJobError)) throw error;
    return { end: endedWithout(job, "dropped", error.reason, deps.clock), restMs: null };
  }
}

/** The money is set aside before the call, durably, and what it really cost is written after it. */
async function callWithinBudget(
  { job, signal }: Delivery,
  { attempts: earlier }: JobMemory,
  queueWaitMs: number,
  { budget, router, timeoutMs }: HandlerDeps,
): Promise<SilentTry | "wait" | "reached"> {
  const reserved = await budget.reserve(job);
  if (reserved === "wait" || reserved === "reached") return reserved;
  let record: CallRecord | null = null;
  try {
    // Only where the primary was traced: then somebody collects spans.
    const primary = job.logging?.traceparent;
    const traceparent = primary === undefined ? null : silentTraceparent(job.pair_id, primary);
    const silent = await callSilently(job, router, { signal, timeoutMs, queueWaitMs, earlier, traceparent });
    ({ record } = silent);
    return silent;
  } finally {
    await reserved.settle(record);
  }
}

interface TriedJob {
  readonly job: MirrorJob;
  readonly memory: JobMemory;
}

/** When to try again, and how many tries that job has then had; null when this was its last. */
function nextTry(
  silent: SilentTry,
  called: boolean,
  { memory, job }: TriedJob,
  deps: HandlerDeps,
): { readonly tries: number; readonly afterMs: number } | null {
  const { tries } = memory;
  const afterMs = Math.min(silent.retryAfterMs ?? backoffMs(tries, deps.random), LONGEST_PAUSE_MS);
  // All deployments were cooling down or busy: that is no try of the silent model, only a longer wait.
  if (!called) return { tries, afterMs: Math.max(afterMs, FIRST_BACKOFF_MS) };
  // A try that would begin after the job's last moment is none: the attempts that were made are its outcome.
  if (!silent.retryable || deps.clock.now() + afterMs > job.expires_at) return null;
  const waitsOnly =
    isRateLimited(silent) && silent.retryAfterMs !== null && silent.record.attempts.length < MOST_FREE_ATTEMPTS;
  if (waitsOnly) return { tries, afterMs };
  return tries < deps.retries ? { tries: tries + 1, afterMs } : null;
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
  if (pair.outcome !== "failed") return { kind: "done" };
  return { kind: "failed", code: pair.silent?.error?.kind ?? "failed", message: failureOf(pair.silent) };
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
