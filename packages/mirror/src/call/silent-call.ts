import { type Attempt, type CallRecord, FAILURES } from "@understudy/contracts";
import { type CallRouter, readShouldRetry } from "@understudy/router";
import type { MirrorJob } from "../job/mirror-job.ts";
import { requestOf } from "../job/request-of.ts";
import { type LowQuota, readLowQuota } from "./quota.ts";

export interface SilentTry {
  readonly record: CallRecord;
  /** Whether another try may end better. */
  readonly retryable: boolean;
  /** Milliseconds the provider asked to wait. */
  readonly retryAfterMs: number | null;
  /** What the answer says of the account, where little of it is left. */
  readonly lowQuota: LowQuota | null;
}

export interface SilentCallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Milliseconds from admission to the first try. */
  readonly queueWaitMs: number;
  /** Attempts of earlier tries of the same job. */
  readonly earlier: readonly Attempt[];
  /** W3C trace context for the provider; absent sends none. */
  readonly traceparent?: string | null;
}

/** Thrown for a job whose request or silent model cannot be called at all. Trying again does not help. */
export class UncallableJobError extends Error {
  readonly reason: "bad_request_body" | "unknown_silent_model";

  constructor(reason: UncallableJobError["reason"], message: string) {
    super(message);
    this.name = "UncallableJobError";
    this.reason = reason;
  }
}

/** Calls the silent model once with the job's request, and reads its answer to the last byte. */
export async function callSilently(job: MirrorJob, router: CallRouter, options: SilentCallOptions): Promise<SilentTry> {
  const group = router.groupOf(job.silent_model);
  if (group === null) {
    throw new UncallableJobError("unknown_silent_model", `${job.silent_model} is no model group of this configuration`);
  }
  const value = objectOf(job);
  const call = await router.call({
    requestId: job.request_id,
    clientRequestId: job.primary.client_request_id,
    caller: job.primary.caller,
    operation: job.primary.operation,
    role: job.primary_group === job.silent_model ? "control" : "silent",
    requestedModel: job.silent_model,
    group,
    body: marked(value),
    headers: job.headers ?? {},
    written: { text: job.request, bytes: null, value },
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    persist: false,
    traceparent: options.traceparent ?? null,
  });
  await drain(call.body);
  const record = call.record();
  return {
    record: {
      ...record,
      timing: { ...record.timing, queue_wait_ms: options.queueWaitMs },
      attempts: [...options.earlier, ...record.attempts],
    },
    retryable: record.error !== null && (readShouldRetry(call.headers) ?? mayEndBetter(record.error)),
    retryAfterMs: call.retryAfterMs,
    lowQuota: readLowQuota(call.headers, record.timing.started_at + record.timing.total_ms),
  };
}

/** Whether another try of a call that ended so may end better: what was refused so far is left out of the next at once. */
export function mayEndBetter(error: CallRecord["error"]): boolean {
  return error !== null && (FAILURES[error.kind].silentRetry || error.our_adaptation === "rounds_used_up");
}

/** The request as it was sent, marked as a silent experiment by us. A mark that came with the request is gone already. */
export function silentSnapshot(job: MirrorJob): Readonly<Record<string, unknown>> {
  return marked(objectOf(job));
}

function objectOf(job: MirrorJob): Readonly<Record<string, unknown>> {
  const body = requestOf(job);
  if (isObject(body)) return body;
  throw new UncallableJobError("bad_request_body", "the job's request is no JSON object");
}

function marked(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
  return { ...body, metadata: { ...metadata, is_silent_experiment: true } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of body) void chunk;
  } catch {
    // What broke the answer off stands in the record.
  }
}
