import { type Redactor, withoutSecrets, withoutSecretsInHeaders } from "@understudy/runtime";
import type { Call } from "./call.ts";
import type { AnsweredEnding, FinishedCall } from "./finished-call.ts";

/**
 * The call without the keys that this process calls with, wherever a provider repeats one: headers, the error, and all that
 * is recorded. The bytes of an answer are the client's and stay as they came.
 */
export function withoutOurSecrets(call: Call, redactor: Redactor): Call {
  return {
    ...call,
    headers: withoutSecretsInHeaders(call.headers, redactor),
    error: withoutSecrets(call.error, redactor),
    finished: () => finishedWithout(call.finished(), redactor),
    record: () => withoutSecrets(call.record(), redactor),
  };
}

/**
 * Of what is known before the answer is read, what a provider has said: every call passes here. The recording is read later,
 * and its record cleaned then.
 */
function finishedWithout(finished: FinishedCall, redactor: Redactor): FinishedCall {
  const { attempts, ending } = finished;
  const saidNothing = attempts.every(({ message }) => message === null);
  return {
    ...finished,
    attempts: saidNothing ? attempts : withoutSecrets(attempts, redactor),
    ending: ending.kind === "answered" ? answeredWithout(ending, redactor) : withoutSecrets(ending, redactor),
  };
}

function answeredWithout(ending: AnsweredEnding, redactor: Redactor): AnsweredEnding {
  const { changes, cut } = ending;
  if (changes.length === 0 && cut === null) return ending;
  return { ...ending, changes: withoutSecrets(changes, redactor), cut: withoutSecrets(cut, redactor) };
}
