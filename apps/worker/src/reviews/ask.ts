import { mayEndBetter, type ReviewJob } from "@understudy/mirror";
import { type ApiName, type CallRecord, FAILURES } from "@understudy/contracts";
import type { CallRouter } from "@understudy/router";

export interface Question {
  readonly role: "judge" | "embedding";
  readonly operation: ApiName;
  /** Model group. */
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AskDeps {
  readonly router: CallRouter;
  /** Told of every call, however it ended. */
  readonly onCall: (record: CallRecord, job: ReviewJob) => void;
}

/** No answer. `again`: whether another try may bring one; `called`: whether anybody was asked at all. */
export interface NoReply {
  readonly kind: "unanswered";
  readonly again: boolean;
  readonly called: boolean;
  readonly retryAfterMs: number | null;
  /** Whether the provider may have done the work, and charge for it, all the same. */
  readonly mayCost: boolean;
  /** Whether it was the form of the answer that was refused. */
  readonly refusesFormat: boolean;
}

export interface Reply {
  readonly kind: "answered";
  readonly record: CallRecord;
  /** The answer's body. */
  readonly bytes: string;
}

/** Long enough for a judge that thinks before it speaks. */
const TIMEOUT_MS = 120_000;

const NOBODY: NoReply = {
  kind: "unanswered",
  again: false,
  called: false,
  retryAfterMs: null,
  mayCost: false,
  refusesFormat: false,
};

/** One call through the router, without retries or fallbacks: the queue tries again, and another model judges otherwise. */
export async function ask(
  question: Question,
  job: ReviewJob,
  { router, onCall }: AskDeps,
  signal: AbortSignal,
): Promise<Reply | NoReply> {
  const { role, operation, model, body } = question;
  const group = router.groupOf(model);
  if (group === null) return NOBODY;
  const call = await router.call({
    requestId: job.request_id,
    clientRequestId: null,
    role,
    operation,
    requestedModel: model,
    group,
    body,
    signal,
    timeoutMs: TIMEOUT_MS,
    persist: false,
  });
  const bytes = await textOf(call.body);
  const record = call.record();
  const called = record.attempts.length > 0;
  if (called) onCall(record, job);
  if (record.status === "ok" && bytes !== null) return { kind: "answered", record, bytes };
  const { error } = record;
  return {
    kind: "unanswered",
    // We ended it ourselves: whoever takes the job next asks again.
    again: signal.aborted || mayEndBetter(error),
    called,
    retryAfterMs: call.retryAfterMs,
    mayCost: called && error !== null && FAILURES[error.kind].mayCost,
    refusesFormat: error?.kind === "bad_request" && FORMAT.test(`${error.param ?? ""} ${error.message}`),
  };
}

const FORMAT = /response.?format|json.?(?:schema|object|mode)|structured.?output/i;

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch {
    // What broke the answer off stands in the record.
    return null;
  }
  return Buffer.concat(chunks).toString("utf8");
}
