import type { AnswerHead } from "@understudy/router";
import type { Response } from "express";

/** Provider headers a client may see. Everything else stays behind the gateway. */
const OF_ANSWERS =
  /^(?:content-type|content-encoding|openai-processing-ms|openai-version|x-ratelimit-.+|anthropic-.+|request-id|x-codex-turn-state)$/;
/** Those of an error: its body is ours to frame, and what a client's own retries go by comes along. */
const OF_ERRORS =
  /^(?:openai-processing-ms|openai-version|x-ratelimit-.+|anthropic-.+|request-id|retry-after|retry-after-ms|x-should-retry)$/;

type Headers = AnswerHead["headers"];

/** Those of an answer of a provider's that a client may see. */
export function forwardHeaders(headers: Headers, response: Response): void {
  forward(headers, OF_ANSWERS, response);
}

/** The same of an answer that a model gave; with `servedBy` and which model group that was: it is being handed over. */
export function forwardHead({ headers, modelGroup }: AnswerHead, response: Response, servedBy: boolean): void {
  forwardHeaders(headers, response);
  // A group may be called anything, and a header holds little.
  if (servedBy && modelGroup !== null) response.setHeader("x-understudy-served-by", encodeURI(modelGroup));
}

/** Those of a provider's error. */
export function forwardErrorHeaders(headers: Headers, response: Response): void {
  forward(headers, OF_ERRORS, response);
}

function forward(headers: Headers, which: RegExp, response: Response): void {
  for (const name in headers) {
    if (which.test(name)) response.setHeader(name, headers[name] ?? "");
  }
}
