import type { Attempt, CallError, CallRecord } from "@understudy/contracts";

/** Names, as providers give their errors: no sentence, and nothing of what a person wrote. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/**
 * The record without what a provider wrote about a failure, which may quote the request: kind, status and the error's own
 * names stay. What this process says itself (no connection, out of time) stays as it is.
 */
export function withoutProviderWords(record: CallRecord): CallRecord {
  const { error, attempts } = record;
  const last = attempts.at(-1);
  const plain = error === null || isOurs(last) ? error : plainError(error, last?.http_status ?? null);
  return { ...record, error: plain, attempts: attempts.map(plainAttempt) };
}

/** Nobody answered, so nobody wrote anything. */
function isOurs(attempt: Attempt | undefined): boolean {
  return attempt === undefined || attempt.http_status === null;
}

function plainError({ kind, status, type, code, param }: CallError, httpStatus: number | null): CallError {
  const message = summaryOf(kind, httpStatus);
  return { kind, status, message, type: nameOrNull(type), code: nameOrNull(code), param: nameOrNull(param) };
}

function plainAttempt(attempt: Attempt): Attempt {
  const { message, outcome, http_status } = attempt;
  return message === null || isOurs(attempt) ? attempt : { ...attempt, message: summaryOf(outcome, http_status) };
}

function summaryOf(kind: string, httpStatus: number | null): string {
  return httpStatus === null ? kind : `${kind} (HTTP ${httpStatus})`;
}

function nameOrNull(text: string | null): string | null {
  return text !== null && NAME.test(text) ? text : null;
}
