import { type Redactor, withoutSecrets, withoutSecretsInHeaders } from "@understudy/runtime";
import type { Call } from "./call.ts";
import type { FinishedCall } from "./finished-call.ts";

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

/** The recording is read later, and its record cleaned then. */
function finishedWithout(finished: FinishedCall, redactor: Redactor): FinishedCall {
  const { attempts, ending } = finished;
  return { ...finished, attempts: withoutSecrets(attempts, redactor), ending: withoutSecrets(ending, redactor) };
}
