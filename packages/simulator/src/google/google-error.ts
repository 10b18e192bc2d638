const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

interface Failed {
  readonly status: number;
  readonly message: string;
}

/** Google's shape; after how long to ask again stands in the body, and in no header. */
export function googleError({ status, message }: Failed): object {
  const retry = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" };
  const details = status === 429 ? { details: [retry] } : {};
  return { error: { code: status, message, status: STATUSES[status] ?? "UNKNOWN", ...details } };
}
