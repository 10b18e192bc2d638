import { APIS, UsageHider } from "@understudy/apis";
import type { Call, CallRequest } from "./call.ts";
import type { CallError } from "@understudy/contracts";
import { thrownError } from "../transport/failure.ts";
import type { AnsweredEnding, Ending, FinishedCall } from "./finished-call.ts";
import type { GroupFailed, GroupAnswered } from "./group-outcome.ts";
import type { OpenBody } from "../answer/open-body.ts";
import { recordOf } from "./record.ts";
import type { Tape } from "../answer/tape.ts";

/** What is known of a call before its answer is read. */
export interface CallSoFar extends Pick<FinishedCall, "id" | "startedAt" | "startedWall" | "attempts"> {
  readonly request: CallRequest;
  readonly tape: Tape;
}

/** The call as whoever placed it gets it: what to answer, and, once that is done, what is known of it. */
export function openCall(outcome: GroupAnswered | GroupFailed, about: CallSoFar): Call {
  if (outcome.kind === "failed") return failedCall(outcome, about);
  const { body } = outcome.open;
  return "whole" in body ? wholeCall(outcome, body, about) : streamedCall(outcome, body.chunks, about);
}

function wholeCall(won: GroupAnswered, { whole, arrivedAt }: WholeBody, about: CallSoFar): Call {
  about.tape.push(whole, arrivedAt);
  about.tape.end(arrivedAt);
  const ending = endingOf(won, { ended: true, cut: null });
  return { ...answeredBy(won), ...telling(about, () => ending), whole, body: just(whole) };
}

type WholeBody = Extract<OpenBody, { whole: Uint8Array }>;

function streamedCall(won: GroupAnswered, chunks: AsyncIterable<Uint8Array>, about: CallSoFar): Call {
  const { tape } = about;
  let cut: CallError | null = null;
  let ended = false;
  const hider = won.hidesUsage ? new UsageHider() : null;
  let hear = won.hear ?? null;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        tape.push(chunk);
        if (hear?.(chunk) === false) hear = null;
        const shown = hider === null ? chunk : hider.push(chunk);
        if (shown.byteLength > 0) yield shown;
      }
      ended = true;
      if (hider !== null) yield* someOf(hider.end());
    } catch (error) {
      cut = thrownError(error);
      throw error;
    } finally {
      tape.end();
    }
  }
  return { ...answeredBy(won), ...telling(about, () => endingOf(won, { ended, cut })), whole: null, body: body() };
}

function failedCall({ error, retryAfterMs, headers, refusal, changes }: GroupFailed, about: CallSoFar): Call {
  about.tape.end();
  const told = telling(about, () => ({ kind: "failed", error, changes }));
  return {
    ...told,
    status: error.status,
    headers,
    modelGroup: null,
    stream: false,
    whole: null,
    body: nothing(),
    error,
    errorText: () => (refusal === null ? null : APIS[about.request.operation].providerError(error.kind, refusal)),
    retryAfterMs,
  };
}

function answeredBy(won: GroupAnswered): Omit<Call, "whole" | "body" | keyof Told> {
  const { status, headers } = won.open;
  const { modelGroup } = won.state.target.deployment;
  return { status, headers, modelGroup, stream: won.stream, error: null, errorText: () => null, retryAfterMs: null };
}

type Told = Pick<Call, "id" | "finished" | "record">;

function telling({ id, request, tape, ...times }: CallSoFar, ending: () => Ending): Told {
  const finished = memoized((): FinishedCall => {
    const { requestId, clientRequestId, caller, role, operation, group, body } = request;
    const asked = { requestId, clientRequestId, caller, role, operation, group, stream: body["stream"] === true };
    return { id, ...asked, ...times, ending: ending(), recording: tape.recording() };
  });
  return { id, finished, record: memoized(() => recordOf(finished())) };
}

function endingOf(won: GroupAnswered, { ended, cut }: Pick<AnsweredEnding, "ended" | "cut">): AnsweredEnding {
  const { state, startedAt, changes, model } = won;
  const { deployment, provider } = state.target;
  const { id, modelGroup, price, baseModel } = deployment;
  const by = { deploymentId: id, modelGroup, provider, model, price, baseModel };
  return { kind: "answered", by, startedAt, changes, ended, cut };
}

function* someOf(rest: Uint8Array): Generator<Uint8Array> {
  if (rest.byteLength > 0) yield rest;
}

async function* just(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  yield whole;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function memoized<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
