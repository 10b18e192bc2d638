import { googleError } from "./google/google-error.ts";
import type { WireFace } from "./routes.ts";

/** An error as the provider reports it. */
export interface ApiError {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown while a request is read; carries what the client is told. */
export class RefusedRequest extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.name = "RefusedRequest";
    this.error = error;
  }
}

/** A 400 `invalid_request_error`. */
export function badRequest(message: string, code: string | null = null, param: string | null = null): ApiError {
  return { status: 400, type: "invalid_request_error", code, param, message };
}

/** The JSON body of an error: OpenAI's shape, with the numeric codes that Azure uses for its own gateway's errors, or Anthropic's. */
export function errorBody(error: ApiError, face: WireFace, requestId: string | null = null): string {
  const { message, type, code, param } = error;
  if (face in OWN_ERRORS) return JSON.stringify(OWN_ERRORS[face as keyof typeof OWN_ERRORS](error));
  if (face === "anthropic") {
    const known = ANTHROPIC_TYPES[error.status] ?? (error.status < 500 ? "invalid_request_error" : "api_error");
    return JSON.stringify({ type: "error", error: { type: known, message }, request_id: requestId });
  }
  if (face === "azure" && (error.status === 401 || error.status === 404 || error.status === 429)) {
    return JSON.stringify({ error: { code: String(error.status), message } });
  }
  if (face === "azure" && code === "content_filter") {
    const result = { hate: { filtered: false, severity: "safe" }, violence: { filtered: true, severity: "medium" } };
    const innererror = { code: "ResponsibleAIPolicyViolation", content_filter_result: result };
    return JSON.stringify({ error: { message, type: null, param: "prompt", code, status: 400, innererror } });
  }
  return JSON.stringify({ error: { message, type, param, code } });
}

/** The shapes of those that look like nobody else's. */
const OWN_ERRORS = {
  bedrock: ({ message }: ApiError) => ({ message }),
  gemini: googleError,
  vertex: googleError,
  ollama: ({ message }: ApiError) => ({ error: message }),
} as const;

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** The error of a `fail-<status>` fault. */
export function simulatedFailure(status: number): ApiError {
  const message = `The simulator was asked to fail with ${status}.`;
  const known = KNOWN_FAILURES[status];
  if (known !== undefined) return { status, param: null, message, ...known };
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { status, type, code: null, param: null, message };
}

type Failure = Pick<ApiError, "type" | "code"> & Partial<ApiError>;

const KNOWN_FAILURES: Readonly<Record<number, Failure>> = {
  401: { type: "invalid_request_error", code: "invalid_api_key" },
  403: { type: "invalid_request_error", code: "unsupported_country_region_territory" },
  404: { type: "invalid_request_error", code: "model_not_found" },
  408: { type: "timeout", code: "request_timeout" },
  429: {
    type: "requests",
    code: "rate_limit_exceeded",
    headers: { "retry-after": "1", "retry-after-ms": "1000", "x-ratelimit-remaining-requests": "0" },
  },
};

export function contextLengthExceeded(promptTokens: number, face: WireFace): ApiError {
  if (face === "gemini" || face === "vertex")
    return badRequest(
      `The input token count (${promptTokens}) exceeds the maximum number of tokens allowed (1048576).`,
    );
  if (face === "bedrock") return badRequest("Input is too long for requested model.");
  if (face === "anthropic") return badRequest(`prompt is too long: ${promptTokens} tokens > 200000 maximum`);
  const message = `This model's maximum context length is exceeded: the messages came to ${promptTokens} tokens. Shorten them.`;
  return badRequest(message, "context_length_exceeded", "messages");
}

/** Azure calls it `content_filter`, OpenAI `content_policy_violation`. */
export function contentRefused(face: WireFace): ApiError {
  const code = face === "azure" ? "content_filter" : "content_policy_violation";
  return badRequest("The content management policy refused this prompt.", code, "prompt");
}

/** The event that breaks off a stream which had begun well. */
export function streamErrorEvent(): string {
  const message = "The server had an error while it was answering.";
  return `data: ${JSON.stringify({ error: { message, type: "server_error", param: null, code: null } })}\n\n`;
}
