/** Every error this gateway answers with on its own account: HTTP status and OpenAI's error type. */
export const API_ERRORS = {
  invalid_json: { status: 400, type: "invalid_request_error" },
  invalid_request: { status: 400, type: "invalid_request_error" },
  invalid_api_key: { status: 401, type: "invalid_request_error" },
  key_not_allowed: { status: 403, type: "invalid_request_error" },
  unknown_host: { status: 403, type: "invalid_request_error" },
  cross_site_request: { status: 403, type: "invalid_request_error" },
  model_not_found: { status: 404, type: "invalid_request_error" },
  not_found: { status: 404, type: "invalid_request_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  job_taken: { status: 409, type: "invalid_request_error" },
  label_taken: { status: 409, type: "invalid_request_error" },
  label_entered: { status: 409, type: "invalid_request_error" },
  label_overdue: { status: 409, type: "invalid_request_error" },
  labels_off: { status: 409, type: "invalid_request_error" },
  invalid_label: { status: 422, type: "invalid_request_error" },
  wrong_state: { status: 409, type: "invalid_request_error" },
  verdict_not_promote: { status: 409, type: "invalid_request_error" },
  not_retryable: { status: 409, type: "invalid_request_error" },
  request_too_large: { status: 413, type: "invalid_request_error" },
  too_many_tries: { status: 429, type: "rate_limit_error" },
  unsupported_encoding: { status: 415, type: "invalid_request_error" },
  too_many_listeners: { status: 503, type: "server_error" },
  no_room: { status: 503, type: "server_error" },
  queue_unavailable: { status: 503, type: "server_error" },
  store_unavailable: { status: 503, type: "server_error" },
  report_failed: { status: 500, type: "server_error" },
  internal_error: { status: 500, type: "server_error" },
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

interface ApiErrorOptions extends ErrorOptions {
  readonly param?: string;
  readonly retryAfterSeconds?: number;
}

/** An error with an answer: its message is for the client, and says how to mend it. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly param: string | null;
  /** When it may be tried again; null where nobody can say. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ApiErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
