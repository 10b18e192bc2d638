import type { Call, CallRequest } from "./call.ts";
import type { CallError } from "./call-record.ts";
import { thrownError } from "./failure.ts";
import type { Ending, FinishedCall } from "./finished-call.ts";
import type { Lost, Won } from "./group-attempts.ts";
import { recordOf } from "./record.ts";
import type { Tape } from "./tape.ts";

/** What is known of a call before its answer is read. */
export interface CallSoFar extends Pick<FinishedCall, "id" | "startedAt" | "startedWall" | "attempts"> {
  readonly request: CallRequest;
  readonly tape: Tape;
}

/** The call as whoever placed it gets it: what to answer, and, once that is done, what is known of it. */
export function openCall(outcome: Won | Lost, about: CallSoFar): Call {
  if (outcome.kind === "failed") return failedCall(outcome, about);
  const { body } = outcome.open;
  return "whole" in body ? wholeCall(outcome, body.whole, about) : streamedCall(outcome, body.chunks, about);
}

function wholeCall(won: Won, whole: Uint8Array, about: CallSoFar): Call {
  about.tape.push(whole);
  about.tape.end();
  const ending = endingOf(won, { ended: true, cut: null });
  return { ...answeredBy(won), ...telling(about, () => ending), whole, body: just(whole) };
}

function streamedCall(won: Won, chunks: AsyncIterable<Uint8Array>, about: CallSoFar): Call {
  const { tape } = about;
  let cut: CallError | null = null;
  let ended = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        tape.push(chunk);
        yield chunk;
      }
      ended = true;
    } catch (error) {
      cut = thrownError(error);
      throw error;
    } finally {
      tape.end();
    }
  }
  return { ...answeredBy(won), ...telling(about, () => endingOf(won, { ended, cut })), whole: null, body: body() };
}

function failedCall({ error, retryAfterMs }: Lost, about: CallSoFar): Call {
  about.tape.end();
  const told = telling(about, () => ({ kind: "failed", error }));
  return {
    ...told,
    status: error.status,
    headers: {},
    stream: false,
    whole: null,
    body: nothing(),
    error,
    retryAfterMs,
  };
}

function answeredBy({ open: { status, headers }, stream }: Won): Omit<Call, "whole" | "body" | keyof Told> {
  return { status, headers, stream, error: null, retryAfterMs: null };
}

type Told = Pick<Call, "id" | "finished" | "record">;

function telling({ id, request, tape, ...times }: CallSoFar, ending: () => Ending): Told {
  const finished = memoized((): FinishedCall => {
    const { requestId, clientRequestId, role, operation = "chat", group, body } = request;
    const asked = { requestId, clientRequestId, role, operation, group, stream: body["stream"] === true };
    return { id, ...asked, ...times, ending: ending(), recording: tape.recording() };
  });
  return { id, finished, record: memoized(() => recordOf(finished())) };
}

function endingOf(won: Won, { ended, cut }: Pick<Answered, "ended" | "cut">): Answered {
  const { state, stream: streamed, startedAt, changes, model } = won;
  const { deployment, provider } = state.target;
  const { id, modelGroup, price, baseModel } = deployment;
  const by = { deploymentId: id, modelGroup, provider, model, price, baseModel };
  return { kind: "answered", by, streamed, startedAt, changes, ended, cut };
}

type Answered = Extract<Ending, { kind: "answered" }>;

async function* just(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  yield whole;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function memoized<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
