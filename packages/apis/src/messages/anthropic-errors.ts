import { type ErrorKind, FAILURES } from "@understudy/contracts";
import type { Api, WireFailure } from "../api.ts";
import { readRawFailureBody } from "../failure-body.ts";
import { maskSecretsInJson } from "../mask-secrets.ts";
import { isObject, parseJson, textOrNull } from "../wire.ts";

/** Anthropic's types of errors, by status. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [408, "timeout_error"],
  [409, "conflict_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [500, "api_error"],
  [503, "overloaded_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"],
]);
const KNOWN: ReadonlySet<string> = new Set(TYPES.values());

/** For a body such as `{"error":null}`. */
const NO_WORDS = "The provider answered with an error and no message.";

/** How Anthropic's API tells a client of a failure. */
export const ANTHROPIC_ERRORS: Pick<Api, "errorBody" | "errorEvent" | "providerError"> = {
  errorBody: ({ status, type, message }: WireFailure, requestId) => ({
    type: "error",
    error: { type: typeOf(type, status), message },
    request_id: requestId,
  }),
  errorEvent: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
  providerError(kind, bodyText) {
    const text = bodyText.trim();
    return text === "" ? null : maskSecretsInJson(isAnthropics(text) ? text : framed(kind, text));
  },
};

/** A type of another API's says nothing to clients of this one; OpenAI's calls nearly all of them an invalid request. */
function typeOf(said: string | null, status: number): string {
  const byStatus = TYPES.get(status);
  if (said !== null && KNOWN.has(said) && (said !== "invalid_request_error" || byStatus === undefined)) return said;
  return byStatus ?? (status < 500 ? "invalid_request_error" : "api_error");
}

/** Clients find out by the very words what to try next: such a body goes on as it was written. */
function isAnthropics(text: string): boolean {
  const parsed = parseJson(text);
  if (!isObject(parsed) || parsed["type"] !== "error" || !isObject(parsed["error"])) return false;
  return textOrNull(parsed["error"]["type"]) !== null && textOrNull(parsed["error"]["message"]) !== null;
}

/** What could be read of the body, and the whole of it beside where that is not a plain text. */
function framed(kind: ErrorKind, text: string): string {
  const isJson = parseJson(text) !== undefined;
  const read = readRawFailureBody(text);
  const isPlain = !isJson && !text.startsWith("<");
  const error = { type: typeOf(read.type, FAILURES[kind].status), message: isPlain ? text : read.message || NO_WORDS };
  const said = JSON.stringify(error);
  const body = isJson ? text : JSON.stringify(text);
  return `{"type":"error","error":${isPlain ? said : `${said.slice(0, -1)},"provider_error":${body}}`},"request_id":null}`;
}
