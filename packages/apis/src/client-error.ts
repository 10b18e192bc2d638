import { type ErrorKind, FAILURES } from "@understudy/contracts";
import type { Api } from "./api.ts";
import { readRawFailureBody } from "./failure-body.ts";
import { maskSecretsInJson } from "./mask-secrets.ts";
import { isObject, parseJson } from "./wire.ts";

/** For a body such as `{"error":null}`. */
const NO_WORDS = "The provider answered with an error and no message.";

/** OpenAI's error object. */
export interface ErrorObject {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string;
}

interface Said extends Pick<ErrorObject, "message" | "param"> {
  readonly type: string | null;
  readonly code: string | null;
}

/** What a failure says, with the kind's own names where it gives none. */
export function errorObject(kind: ErrorKind, { message, type, param, code }: Said): ErrorObject {
  return { message, type: type ?? FAILURES[kind].type, param, code: code ?? kind };
}

/**
 * A provider's error as JSON text for the client, in OpenAI's shape, keys masked and nothing left out. A body that has that
 * shape (an `error` with a message) goes on as it was written, whatever else it holds; one with its message at the top is
 * put under `error`; any other stands whole in `error.provider_error`, beside what could be read of it. This is the only way
 * by which a provider's error leaves for a client. Null where there is no body.
 */
export function clientErrorText(kind: ErrorKind, bodyText: string): string | null {
  const text = bodyText.trim();
  return text === "" ? null : maskSecretsInJson(inOpenAiShape(kind, text));
}

function inOpenAiShape(kind: ErrorKind, text: string): string {
  const parsed = parseJson(text);
  if (isObject(parsed)) return fromObject(kind, text, parsed);
  // Google's layer answers with an array of one.
  const [only, ...more] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
  if (isObject(only) && more.length === 0) return fromObject(kind, text.slice(1, -1).trim(), only);
  return wrapped(kind, text, parsed === undefined ? JSON.stringify(text) : text);
}

function fromObject(kind: ErrorKind, text: string, parsed: Readonly<Record<string, unknown>>): string {
  const { error, message } = parsed;
  if (isObject(error) && isText(error["message"])) return text;
  if (error === undefined && isText(message)) return `{"error":${text}}`;
  return wrapped(kind, text, text);
}

function wrapped(kind: ErrorKind, text: string, body: string): string {
  const read = readRawFailureBody(text);
  // A plain text is its own message, as it was sent.
  const plain = body === text || text.startsWith("<") ? null : text;
  const message = plain ?? (read.message === "" ? NO_WORDS : read.message);
  const said = JSON.stringify(errorObject(kind, { ...read, message }));
  return plain === null ? `{"error":${said.slice(0, -1)},"provider_error":${body}}}` : `{"error":${said}}`;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** How OpenAI's APIs tell a client of a failure. */
export const OPENAI_ERRORS: Pick<Api, "errorBody" | "errorEvent" | "providerError"> = {
  errorBody: (failure) => ({ error: errorObject(failure.kind, failure) }),
  errorEvent: (body) => `data: ${JSON.stringify(body)}\n\n`,
  providerError: clientErrorText,
};
