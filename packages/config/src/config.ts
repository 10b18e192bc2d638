import type { FailureKind } from "@understudy/contracts";
import type { Clouds } from "./clouds/clouds.ts";
import type { Fault, Unserved } from "./fault.ts";
import type { LoggingSettings } from "./logging/logging.ts";
import type { NetworkSettings, TlsSettings } from "./network.ts";
import type { TargetMatch } from "./target-match.ts";
import type { OwnChecks } from "./own-checks/own-check.ts";

/**
 * The resolved configuration: what every other room sees of a config.yaml. LiteLLM's key names end here.
 * Durations are milliseconds, sizes bytes, money USD, rates fractions of 1.
 */
export interface Config {
  readonly deployments: readonly Deployment[];
  /** Every silent model that some deployment or `replay_models` names, once each. */
  readonly silentModels: readonly SilentModel[];
  readonly experiments: readonly Experiment[];
  /** Every model group that a copy could go to, as it would be held if a deployment named it: experiments are added at run time. */
  readonly groups: readonly PossibleSilentModel[];
  /** What answers are held to, by the model group that was asked: `ownChecksOf` finds them. */
  readonly ownChecks: OwnChecks;
  readonly router: RouterSettings;
  readonly network: NetworkSettings;
  readonly gateway: GatewaySettings;
  /** Prompt and answer text in log lines. Off unless asked for. */
  readonly logText: boolean;
  /** Where calls are logged beside the process's own lines. */
  readonly logging: LoggingSettings;
  /** Past `maxJobAgeMs`, after this, a mirror without an outcome counts as lost. */
  readonly lostAfterMs: number;
  /** The process environment with `environment_variables` of the file laid under it. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that the file keeps under names of secrets, used here or not: to be redacted, and for nothing else. */
  readonly fileSecrets: readonly string[];
  /** Paths of keys that are understood by LiteLLM and not used here. */
  readonly ignored: readonly string[];
  /** Sentences about what is written and does not do what its writer probably thinks it does. */
  readonly warnings: readonly string[];
  /** Entries of `model_list` and sinks that nothing can be made of, and why. */
  readonly unserved: readonly Unserved[];
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
  /** Where the two come from, for a person: `AZURE_API_KEY`, `the file`, `credential azure`; null for what is not given. */
  readonly origins: { readonly apiKey: string | null; readonly apiBase: string | null };
  readonly apiVersion: string | null;
  readonly clouds: Clouds;
  readonly organization: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Its own certificates; null: those of all. */
  readonly tls: TlsSettings | null;
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
  /** Set: it answers by itself, and no provider is called. */
  readonly mock: MockAnswer | null;
  /** `model_info.mode` as written: chat, embedding, image_generation, … */
  readonly mode: string | null;
  /** True: it names a project, a place or credentials of Google Cloud. */
  readonly onVertex: boolean;
  readonly maxOutputTokens: number | null;
  readonly silent: readonly SilentTarget[];
  /** What it cannot be called without and the file does not give: variables that are not set, unknown credentials. */
  readonly lacks: readonly Fault[];
}

/** LiteLLM's `mock_response` and what goes with it. */
export interface MockAnswer {
  /** A text, or some that mean an error; a map is the whole answer, a list of numbers an embedding; null a default text. */
  readonly response: unknown;
  readonly toolCalls: readonly unknown[] | null;
  readonly delayMs: number;
  /** Never answers: the call runs into its timeout. */
  readonly hangs: boolean;
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
  /** What is drawn: requests, or whole sessions or users, where a request names one. */
  readonly sampleBy: SampleBy;
  /** The requests that it is limited to; null is not. */
  readonly match: TargetMatch | null;
  readonly maxBodyBytes: number;
  readonly maxJobAgeMs: number;
  readonly payloads: Payloads;
  readonly retentionMs: number;
}

export const SAMPLE_BY = ["request", "session", "user"] as const;
export type SampleBy = (typeof SAMPLE_BY)[number];

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

/** A model group as silent model, and how requests would be mirrored to it. */
export interface PossibleSilentModel {
  readonly model: SilentModel;
  readonly target: Omit<SilentTarget, "experimentId" | "silentModel" | "match">;
}

/** What holds for stored requests that are replayed to a silent model. */
export interface ReplaySettings extends Pick<SilentTarget, "maxJobAgeMs" | "payloads" | "retentionMs"> {
  readonly margins: Margins;
  readonly verdict: VerdictSettings;
}

/** What is asked about a pair besides the comparison, once it is stored. */
export interface ReviewSettings {
  readonly judge: JudgeSettings | null;
  /** Model group that answers are embedded by; null measures no similarity. */
  readonly embeddingModel: string | null;
  /** People who are asked about some of what the judge has judged; null asks nobody. */
  readonly labels: LabelSettings | null;
}

export interface LabelSettings {
  /** Share of the judged pairs that people are asked about: above 0, to 1. */
  readonly sampleRate: number;
}

export interface JudgeSettings {
  /** Model group that judges. */
  readonly model: string;
  /** Share of comparable pairs that are judged, 0 to 1. */
  readonly sampleRate: number;
  /** For one UTC day and for all judging together, whatever silent model it is of. */
  readonly dailyBudgetUsd: number;
  /** What counts, in words of one's own; absent for none. */
  readonly rubric?: string | undefined;
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
  readonly verdict: VerdictSettings;
}

/** What a verdict rests on, besides its margins. */
export interface VerdictSettings {
  /** Least time that the pairs must cover before a promote. */
  readonly minimumSpanMs: number;
  /** A conversation enters so long after its first turn, with the turns of that time. */
  readonly horizonMs: number;
  /** USD that one call may cost at the most; null where that is to be told from the model's limits. */
  readonly maxCallUsd: number | null;
  /** Whether `quality_loss` is to likeness a number of points, or a share of what the control agrees in. */
  readonly likeness: "points" | "share";
}

/** How much worse than the primary the silent model may be and still take over; null does not ask. */
export interface Margins {
  /** Answers that differ beyond chance, or fail a check, as a difference of rates: 0.05 is five points. */
  readonly qualityLoss: number | null;
  /** Answers to which a judge or people prefer the primary's, less those they prefer to it. */
  readonly judge: number | null;
  /** Failed calls beyond the primary's, as a difference of rates. */
  readonly errorRate: number | null;
  /** Median of latency over the primary's on the same request: 1.2 is a fifth slower. The first token's alike. */
  readonly latency: number | null;
  /** 95th percentile of latency over the primary's: must not be shown to be beyond it. */
  readonly p95Latency: number | null;
  /** Cost over the primary's: 1.1 is a tenth dearer. */
  readonly cost: number | null;
}

export const ROUTING_STRATEGIES = ["simple-shuffle", "least-busy", "latency-based-routing"] as const;
export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];

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

/** A key beside the master key, and whose it is. */
export interface ClientKey {
  readonly key: string;
  /** What records, accounts and events call whoever has it. */
  readonly alias: string;
  readonly team: string | null;
  /** A LiteLLM proxy in front has it: whose call each one is, it says itself, and is believed. */
  readonly proxy: boolean;
  /** Its bearer may read and change what runs, not only call models. */
  readonly control: boolean;
}

export interface GatewaySettings {
  readonly masterKey: string | null;
  /** Empty without a master key, where every request is let in. */
  readonly clientKeys: readonly ClientKey[];
  readonly maxRequestBytes: number;
  /** For the bodies of all requests under way; null goes by the size of the heap. */
  readonly maxBodiesBytes: number | null;
  /** Origins of other sites whose pages may use the APIs of models, as browsers write them; `*` is any. */
  readonly corsOrigins: "*" | readonly string[];
  /** Names, in lower case, under which a gateway without a key may be asked beside this machine's own; `*` is any. */
  readonly allowedHosts: readonly string[];
}
