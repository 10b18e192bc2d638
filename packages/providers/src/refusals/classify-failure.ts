import type { FailureKind } from "@understudy/contracts";
import { isQuotaExhausted } from "./exhausted-quota.ts";
import { type FailureBody, readFailureBody } from "@understudy/apis";
import { statusWithin } from "./status-within.ts";

/** A failed call: what kind of failure it is, and what the provider says of it with keys masked. */
export interface Failure extends FailureBody {
  readonly kind: FailureKind;
}

const CONTEXT_WINDOW =
  /context_length_exceeded|exceed_context_size|context length|prompt is too long|context[ _]window|context limit|exceed\w* (?:the )?(?:available |maximum )?context|input (?:token count|is too long)|requested token count|reduce the length of/i;
const CONTENT_POLICY =
  /content_filter|content_policy_violation|ResponsibleAIPolicyViolation|content management policy|content policy|safety system|flagged/i;
const BAD_KEY = /api[ _]key[ _](?:not valid|invalid)|(?:incorrect|invalid) api[ _-]?key|invalid_api_key/i;

const BY_STATUS: ReadonlyMap<number, FailureKind> = new Map([
  [401, "authentication"],
  [403, "permission"],
  [404, "not_found"],
  [408, "timeout"],
  // A lock or a model that is being loaded: the same call may pass a moment later, as LiteLLM and OpenAI's SDKs hold.
  [409, "unavailable"],
  // Bedrock's: the model behind it failed.
  [424, "server_error"],
  [429, "rate_limit"],
  [502, "unavailable"],
  [503, "unavailable"],
  [504, "timeout"],
  [522, "timeout"],
  [524, "timeout"],
  [529, "unavailable"],
]);

/** The kind of failure behind an HTTP status and body. */
export function classifyFailure(status: number, bodyText: string): Failure {
  const body = readFailureBody(bodyText);
  const kind = kindOf(status, body, bodyText);
  return { ...body, kind, message: body.message === "" ? `HTTP ${status}` : body.message };
}

/** The same for an error inside an answer that came with a status of success, and the status it would have had. */
export function classifyFailureWithin(bodyText: string): Failure & { readonly status: number } {
  const body = readFailureBody(bodyText);
  const status = statusWithin(body);
  const message = body.message === "" ? "the provider sent an error that says nothing" : body.message;
  return { ...body, kind: kindOf(status, body, bodyText), status, message };
}

function kindOf(status: number, body: FailureBody, text: string): FailureKind {
  const byWord = byWords(status, body);
  if (byWord === null && isQuotaExhausted(status, body, text)) return "quota";
  return byWord ?? BY_STATUS.get(status) ?? (status >= 500 ? "server_error" : "bad_request");
}

/** Failures that hide behind a status that means many things. */
function byWords(status: number, body: FailureBody): FailureKind | null {
  const words = `${body.code ?? ""} ${body.type ?? ""} ${body.message}`;
  const isRejection = status === 400 || status === 413 || status === 422;
  if (isRejection && CONTEXT_WINDOW.test(words)) return "context_window";
  if ((isRejection || status === 403) && CONTENT_POLICY.test(words)) return "content_policy";
  return isRejection && BAD_KEY.test(words) ? "authentication" : null;
}
