import { viewRequest } from "@understudy/apis";
import {
  callSilently,
  conversationOf,
  requestOf,
  type Delivery,
  type MirrorJob,
  type SilentTry,
  subjectOf,
  UncallableJobError,
  type DeliveryOutcome,
} from "@understudy/mirror";
import { type CallRecord } from "@understudy/contracts";
import { type CallRouter, withoutProviderWords } from "@understudy/router";
import { type Clock, errorFields, type Logger, type Random } from "@understudy/runtime";
import { NOT_COMPARED, type Pair, UnstorablePairError } from "@understudy/store";
import { silentTraceparent } from "@understudy/telemetry";
import type { Budget } from "./spend/budget.ts";
import type { ComparePair } from "./compare/pair-comparer.ts";
import type { CheckPair } from "./checks/check-pair.ts";
import { type JobMemory, readMemory } from "./job-memory.ts";
import { isRateLimited, LONGEST_PAUSE_MS, type Pauses } from "./pauses.ts";

export interface HandlerDeps {
  readonly router: CallRouter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Milliseconds for one silent call. */
  readonly timeoutMs: number;
  /** Milliseconds past a job's last moment after which a pair that cannot be stored is no longer waited for. */
  readonly lostAfterMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  readonly budget: Budget;
  readonly pauses: Pauses;
  /** Rejects only while the worker stops. */
  readonly compare: ComparePair;
  /** Holds both answers to the operator's own checks; null: there are none for this model group. Rejects like `compare`. */
  readonly check: CheckPair;
  /** Writes the pair and tells the logs and metrics of it. Rejects when the database cannot be reached. */
  readonly savePair: (pair: Pair, job: MirrorJob) => Promise<void>;
  /** Whether the pair is stored already. Rejects as `savePair` does. */
  readonly isSaved: (pairId: string) => Promise<boolean>;
  /** Whether all of whoever it is of was to be deleted. Never rejects. */
  readonly isDeleted: (job: MirrorJob) => Promise<boolean>;
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
export function createMirrorJobHandler(deps: HandlerDeps): (delivery: Delivery) => Promise<DeliveryOutcome> {
  return async (delivery) => {
    const { job } = delivery;
    const memory = readMemory(delivery.memory);
    if (memory.pair !== null) return finish(memory.pair, delivery, deps);
    // A replay that is started again cannot tell a job that waits from one that has just ended.
    if (job.replay === true && (await deps.isSaved(job.pair_id))) return { kind: "done" };
    if (await deps.isDeleted(job)) return finish(endedWithout(job, "dropped", "deleted", deps.clock), delivery, deps);
    if (deps.clock.now() > job.expires_at) {
      return finish(endedWithout(job, "expired", "max_job_age", deps.clock), delivery, deps);
    }
    const { end, restMs } = await trySilently(delivery, memory, deps);
    const outcome = "kind" in end ? end : await finish(end, delivery, deps);
    return restMs === null ? outcome : { ...outcome, restMs };
  };
}

/** How one try ended: with the pair, or with the outcome of a try that another may follow. */
interface TryEnd {
  readonly end: Pair | DeliveryOutcome;
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
    if (next === null) return { end: await pairOf(job, silent.record, deps), restMs };
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
    // It may quote the request, and everything from here on is kept.
    return job.payloads === "full" ? silent : { ...silent, record: withoutProviderWords(record) };
  } finally {
    await reserved.charge(record);
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

/**
 * Stores the pair. While that fails the pair stays with the job, so that no silent call is ever paid for twice; but not
 * for ever: once the mirror would count as lost, the job is kept among the failed ones.
 */
async function finish(pair: Pair, delivery: Delivery, deps: HandlerDeps): Promise<DeliveryOutcome> {
  try {
    await deps.savePair(pair, delivery.job);
  } catch (error) {
    const isFinal = error instanceof UnstorablePairError;
    if (isFinal || deps.clock.now() > delivery.job.expires_at + deps.lostAfterMs) {
      deps.logger.error("a pair was not stored", { pair_id: pair.id, ...errorFields(error) });
      return { kind: "failed", code: "not_stored", message: "not_stored: the pair could not be stored" };
    }
    deps.logger.warn("a pair cannot be stored yet; it waits on the queue", { pair_id: pair.id, ...errorFields(error) });
    const kept = delivery.job.payloads === "full" ? pair : withoutTexts(pair);
    await delivery.remember({ tries: 0, attempts: [], queueWaitMs: null, pair: kept } satisfies JobMemory);
    return { kind: "again", afterMs: STORE_AGAIN_MS };
  }
  if (pair.outcome !== "failed") return { kind: "done" };
  return { kind: "failed", code: pair.silent?.error?.kind ?? "failed", message: failureOf(pair.silent) };
}

async function pairOf(job: MirrorJob, silent: CallRecord, deps: HandlerDeps): Promise<Pair> {
  const { primary, request, pair_id } = job;
  const comparison = await deps.compare({ primary, silent, request }, pair_id);
  const own_checks = await deps.check(job, silent);
  return {
    ...common(job, deps.clock),
    outcome: silent.status === "ok" ? "paired" : "failed",
    reason: silent.error?.kind ?? (comparison === null ? NOT_COMPARED : null),
    silent,
    comparison,
    own_checks,
  };
}

function endedWithout(job: MirrorJob, outcome: "expired" | "dropped", reason: string, clock: Clock): Pair {
  return { ...common(job, clock), outcome, reason, silent: null, comparison: null };
}

function common(job: MirrorJob, clock: Clock) {
  const request = requestOf(job);
  const view = viewRequest(job.primary.operation, request);
  return {
    id: job.pair_id,
    experiment: job.experiment,
    request_id: job.request_id,
    silent_model: job.silent_model,
    created_at: clock.now(),
    primary: job.primary,
    request,
    admitted_at: job.admitted_at,
    ...(job.rollout === undefined ? {} : { rollout: job.rollout }),
    subject: subjectOf(view.names, job.session ?? null),
    conversation: conversationOf(view, job.session ?? null),
  };
}

/** What is remembered with a job lies on the queue, where a pair without texts must not leave any. */
function withoutTexts(pair: Pair): Pair {
  const silenced = (call: CallRecord): CallRecord => {
    if (call.answer === null) return call;
    const { vectors: _, ...answer } = call.answer;
    return { ...call, answer: { ...answer, text: null, refusal: null, tool_calls: [] } };
  };
  return { ...pair, request: null, primary: silenced(pair.primary), silent: pair.silent && silenced(pair.silent) };
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
