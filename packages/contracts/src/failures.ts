/** What a kind of failure means to whoever has to decide on it. */
export interface FailureRule {
  /** HTTP status where nobody has said one. */
  readonly status: number;
  /** OpenAI's type of error where the provider named none. */
  readonly type: string;
  /**
   * `again`: the same deployment may well answer next time. `elsewhere`: only another deployment can, and this one is not asked again.
   * `never`: the request itself is at fault, or nobody waits.
   */
  readonly retry: "again" | "elsewhere" | "never";
  /** In its deployment's history it counts for nothing (the request's own fault, or the network's), counts, or cools it at once. */
  readonly cools: "never" | "counts" | "at once";
  /** Whether the queue tries a silent call again. */
  readonly silentRetry: boolean;
  /** Whether the call may well be paid for: one that was refused, or never began, is not. */
  readonly mayCost: boolean;
  /** A key, its rights, our account or a name is wrong: it says nothing of the candidate. */
  readonly oursToMend: boolean;
}

const REFUSED = { retry: "never", cools: "never", silentRetry: false, mayCost: false, oursToMend: false } as const;
const ACCOUNT = { retry: "elsewhere", silentRetry: false, mayCost: false, oursToMend: true } as const;
const PASSING = { retry: "again", silentRetry: true, mayCost: false, oursToMend: false } as const;

const ROWS = {
  bad_request: { ...REFUSED, status: 400, type: "invalid_request_error" },
  authentication: { ...ACCOUNT, status: 401, type: "authentication_error", cools: "at once" },
  permission: { ...ACCOUNT, status: 403, type: "permission_error", cools: "never" },
  not_found: { ...ACCOUNT, status: 404, type: "not_found_error", cools: "at once" },
  timeout: { ...PASSING, status: 408, type: "timeout_error", cools: "counts", mayCost: true },
  rate_limit: { ...PASSING, status: 429, type: "rate_limit_error", cools: "at once" },
  // The provider account's money or allowance is used up: unlike a rate it does not come back while one waits.
  quota: { ...ACCOUNT, status: 402, type: "insufficient_quota", cools: "at once" },
  context_window: { ...REFUSED, status: 400, type: "invalid_request_error" },
  content_policy: { ...REFUSED, status: 400, type: "invalid_request_error" },
  unavailable: { ...PASSING, status: 503, type: "server_error", cools: "counts" },
  server_error: { ...PASSING, status: 500, type: "server_error", cools: "counts" },
  connection: { ...PASSING, status: 503, type: "server_error", cools: "never" },
  // What nginx made customary for a client that left; no client ever sees it.
  aborted: { ...REFUSED, status: 499, type: "server_error", mayCost: true },
  malformed: { ...REFUSED, status: 502, type: "server_error", silentRetry: true, mayCost: true },
} as const satisfies Readonly<Record<string, FailureRule>>;

/** The ways in which a call ends badly. */
export type ErrorKind = keyof typeof ROWS;
export const ERROR_KINDS = Object.keys(ROWS) as readonly ErrorKind[];

/** One row a kind; a new kind has to say all of it. `docs/errors.md` shows the same rows. */
export const FAILURES: Readonly<Record<ErrorKind, FailureRule>> = ROWS;

/** The request itself is at fault, or its client left: it says nothing of who was to answer. */
export function isClientsFault(kind: ErrorKind): boolean {
  const { retry, status } = FAILURES[kind];
  return retry === "never" && status < 500;
}

/** The kinds that retries, cooldowns and fallbacks tell apart. */
export type FailureKind = Exclude<ErrorKind, "aborted" | "malformed">;

/** False for two ways to end that are no deployment's failure: the caller left, or what came was no answer. */
export function isFailureKind(kind: ErrorKind): kind is FailureKind {
  return kind !== "aborted" && kind !== "malformed";
}

export const FAILURE_KINDS: readonly FailureKind[] = ERROR_KINDS.filter(isFailureKind);
