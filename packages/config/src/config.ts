import type { LoggingSettings } from "./logging/logging.ts";

/**
 * The resolved configuration: what every other room sees of a config.yaml. LiteLLM's key names end here.
 * Durations are milliseconds, sizes bytes, money USD, rates fractions of 1.
 */
export interface Config {
  readonly deployments: readonly Deployment[];
  /** Every silent model that some deployment or `replay_models` names, once each. */
  readonly silentModels: readonly SilentModel[];
  readonly experiments: readonly Experiment[];
  readonly router: RouterSettings;
  readonly gateway: GatewaySettings;
  /** Prompt and answer text in log lines. Off unless asked for. */
  readonly logText: boolean;
  /** Where calls are logged beside the process's own lines. */
  readonly logging: LoggingSettings;
  /** Past `maxJobAgeMs`, after this, a mirror without an outcome counts as lost. */
  readonly lostAfterMs: number;
  /** The process environment with `environment_variables` of the file laid under it. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths of keys that are understood by LiteLLM and not used here. */
  readonly ignored: readonly string[];
  /** Sentences about keys that are probably misspelt: sent to the provider as they are, or without effect. */
  readonly notices: readonly string[];
}

/** One entry of `model_list`. */
export interface Deployment {
  /** `model_info.id`, or a hash of the entry's parameters. Unique. */
  readonly id: string;
  /** Path in the file, for messages: `model_list[0]`. */
  readonly path: string;
  /** `model_name`; may be a wildcard such as `openai/*` or `*`. */
  readonly modelGroup: string;
  /** `litellm_params.model` as written, provider prefix included. */
  readonly model: string;
  /** `litellm_params.custom_llm_provider`, when it says what the prefix does not. */
  readonly provider: string | null;
  readonly apiKey: string | null;
  readonly apiBase: string | null;
  readonly apiVersion: string | null;
  readonly organization: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Request parameters the deployment sets unless the client does: temperature, max_tokens, seed, … */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Merged into the request body last. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly dropParams: boolean;
  readonly additionalDropParams: readonly string[];
  readonly weight: number | null;
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly order: number | null;
  readonly maxParallelRequests: number | null;
  readonly timeoutMs: number | null;
  readonly streamTimeoutMs: number | null;
  readonly numRetries: number | null;
  readonly cooldownMs: number | null;
  readonly price: Price | null;
  /** Model name to look the price up by, when `model` is an alias. */
  readonly baseModel: string | null;
  readonly maxInputTokens: number | null;
  readonly silent: readonly SilentTarget[];
}

/** USD per token. */
export interface Price {
  readonly inputPerToken: number;
  readonly outputPerToken: number;
  readonly cacheReadPerToken: number | null;
  readonly cacheWritePerToken: number | null;
}

/** One silent model that a deployment's traffic is mirrored to. */
export interface SilentTarget {
  readonly experimentId: string;
  /** Model group that the copy goes to. */
  readonly silentModel: string;
  /** Share of requests that are mirrored, 0 to 1. */
  readonly sampleRate: number;
  readonly maxBodyBytes: number;
  readonly maxJobAgeMs: number;
  readonly payloads: Payloads;
  readonly retentionMs: number;
}

export type Payloads = "full" | "metrics_only";

/** What holds for all copies that go to one silent model, whoever sends them. */
export interface SilentModel {
  readonly name: string;
  /** Silent calls at once in one worker process. */
  readonly concurrency: number;
  /** Across all workers; null is no limit. */
  readonly requestsPerMinute: number | null;
  /** For one silent call, whole answer included. */
  readonly timeoutMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  readonly maxQueueLength: number;
  /** USD that its calls may cost on one day in UTC, across all workers; null is no limit. */
  readonly dailyBudgetUsd: number | null;
  readonly replay: ReplaySettings;
  readonly review: ReviewSettings;
}

/** What holds for stored requests that are replayed to a silent model. */
export interface ReplaySettings extends Pick<SilentTarget, "maxJobAgeMs" | "payloads" | "retentionMs"> {
  readonly margins: Margins;
}

/** What is asked about a pair besides the comparison, once it is stored. */
export interface ReviewSettings {
  readonly judge: JudgeSettings | null;
  /** Model group that answers are embedded by; null measures no similarity. */
  readonly embeddingModel: string | null;
}

export interface JudgeSettings {
  /** Model group that judges. */
  readonly model: string;
  /** Share of comparable pairs that are judged, 0 to 1. */
  readonly sampleRate: number;
  /** For one UTC day and for all judging together, whatever silent model it is of. */
  readonly dailyBudgetUsd: number;
}

/** All pairs between one primary model group and one silent model. */
export interface Experiment {
  readonly id: string;
  readonly primary: string;
  readonly silent: string;
  /** True when both are the same group: how much answers differ by chance. */
  readonly control: boolean;
  /** Share of requests that its deployments mirror, 0 to 1; null when they differ in it. */
  readonly sampleRate: number | null;
  readonly margins: Margins;
}

/** How much worse than the primary the silent model may be and still take over; null does not ask. */
export interface Margins {
  /** Disagreement beyond the control's, as a difference of rates: 0.05 is five points. */
  readonly qualityLoss: number | null;
  /** Failed calls beyond the primary's, as a difference of rates. */
  readonly errorRate: number | null;
  /** 95th percentile of latency over the primary's: 1.2 is a fifth slower. */
  readonly p95Latency: number | null;
  /** Cost over the primary's: 1.1 is a tenth dearer. */
  readonly cost: number | null;
}

export const ROUTING_STRATEGIES = ["simple-shuffle", "least-busy", "latency-based-routing"] as const;
export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];

/** The kinds of failure that retries, cooldowns and fallbacks tell apart. */
export const FAILURE_KINDS = [
  "bad_request",
  "authentication",
  "permission",
  "not_found",
  "timeout",
  "rate_limit",
  "context_window",
  "content_policy",
  "unavailable",
  "server_error",
  "connection",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface RouterSettings {
  readonly strategy: RoutingStrategy;
  /** Latency-based routing: seconds-old samples are forgotten after `ttlMs`; `buffer` 0.5 admits up to 1.5 x the lowest. */
  readonly latency: { readonly ttlMs: number; readonly buffer: number; readonly samples: number };
  readonly numRetries: number;
  /** Retries by failure kind; a kind that is absent uses `numRetries`. */
  readonly retryPolicy: Readonly<Partial<Record<FailureKind, number>>>;
  readonly groupRetryPolicy: Readonly<Record<string, Readonly<Partial<Record<FailureKind, number>>>>>;
  /** Least wait before a retry. */
  readonly retryAfterMs: number;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  /** To the first byte of a streamed answer; null uses `timeoutMs`. */
  readonly streamTimeoutMs: number | null;
  /** Set: cool down after more failures than this within a minute. Null: by failure rate. */
  readonly allowedFails: number | null;
  readonly allowedFailsPolicy: Readonly<Partial<Record<FailureKind, number>>>;
  readonly cooldownMs: number;
  readonly disableCooldowns: boolean;
  /** Group to groups, tried in order. `*` holds the default. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly contextWindowFallbacks: Readonly<Record<string, readonly string[]>>;
  readonly contentPolicyFallbacks: Readonly<Record<string, readonly string[]>>;
  readonly maxFallbacks: number;
  /** Alias to group; hidden ones are not listed under /v1/models. */
  readonly aliases: Readonly<Record<string, { readonly group: string; readonly hidden: boolean }>>;
}

export interface GatewaySettings {
  readonly masterKey: string | null;
  readonly maxRequestBytes: number;
}
