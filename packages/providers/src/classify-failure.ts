import type { FailureKind } from "@understudy/config";
import { type FailureBody, readFailureBody } from "./failure-body.ts";

/** A failed call: what kind of failure it is, and what the provider says of it with keys masked. */
export interface Failure extends FailureBody {
  readonly kind: FailureKind;
}

const CONTEXT_WINDOW =
  /context_length_exceeded|context length|prompt is too long|context[ _]window|context limit|exceed\w* (?:the )?(?:available |maximum )?context|input (?:token count|is too long)|requested token count|reduce the length of/i;
const CONTENT_POLICY =
  /content_filter|content_policy_violation|ResponsibleAIPolicyViolation|content management policy|content policy|safety system|flagged/i;
const BAD_KEY = /api[ _]key[ _](?:not valid|invalid)|(?:incorrect|invalid) api[ _-]?key|invalid_api_key/i;

const BY_STATUS: ReadonlyMap<number, FailureKind> = new Map([
  [401, "authentication"],
  // No credit left at the provider: like 403, only its owner can change that.
  [402, "permission"],
  [403, "permission"],
  [404, "not_found"],
  [408, "timeout"],
  // A lock or a model that is being loaded: the same call may pass a moment later, as LiteLLM and OpenAI's SDKs hold.
  [409, "unavailable"],
  [429, "rate_limit"],
  [502, "unavailable"],
  [503, "unavailable"],
  [504, "timeout"],
  [522, "timeout"],
  [524, "timeout"],
  [529, "unavailable"],
]);

/** For errors that come with a status of success, in a stream that had begun: Anthropic's names and Google's. */
const BY_TYPE: ReadonlyMap<string, FailureKind> = new Map([
  ["invalid_request_error", "bad_request"],
  ["authentication_error", "authentication"],
  ["permission_error", "permission"],
  ["not_found_error", "not_found"],
  ["rate_limit_error", "rate_limit"],
  ["overloaded_error", "unavailable"],
  ["timeout_error", "timeout"],
  ["RESOURCE_EXHAUSTED", "rate_limit"],
  ["UNAVAILABLE", "unavailable"],
  ["DEADLINE_EXCEEDED", "timeout"],
]);

/**
 * The kind of failure behind an HTTP status and body. A status below 400 stands for an error inside an answer: then
 * the body's own code or type decides.
 */
export function classifyFailure(status: number, bodyText: string): Failure {
  const body = readFailureBody(bodyText);
  const kind = status < 400 ? kindWithin(body) : kindOf(status, body);
  return { ...body, kind, message: body.message === "" ? `HTTP ${status}` : body.message };
}

function kindWithin(body: FailureBody): FailureKind {
  const inner = Number(body.code);
  if (Number.isInteger(inner) && inner >= 400 && inner < 600) return kindOf(inner, body);
  return BY_TYPE.get(body.type ?? "") ?? "server_error";
}

function kindOf(status: number, body: FailureBody): FailureKind {
  return byWords(status, body) ?? BY_STATUS.get(status) ?? (status >= 500 ? "server_error" : "bad_request");
}

/** Failures that hide behind a status that means many things. */
function byWords(status: number, body: FailureBody): FailureKind | null {
  const words = `${body.code ?? ""} ${body.type ?? ""} ${body.message}`;
  const isRejection = status === 400 || status === 413 || status === 422;
  if (isRejection && CONTEXT_WINDOW.test(words)) return "context_window";
  if ((isRejection || status === 403) && CONTENT_POLICY.test(words)) return "content_policy";
  return isRejection && BAD_KEY.test(words) ? "authentication" : null;
}
