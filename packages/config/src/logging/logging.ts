/** Where call records are logged beside the process's own lines, and what of them. Durations are milliseconds, sizes bytes. */
export interface LoggingSettings {
  readonly sinks: readonly SinkSettings[];
  /** Prompts and answers in what sinks write. Off under `turn_off_message_logging`. */
  readonly text: boolean;
  /** `user_api_key_*` in what sinks write. Off under `redact_user_api_key_info`. */
  readonly keyInfo: boolean;
  /** Whether a client may keep its call out of the sinks with `no-log`. */
  readonly noLog: boolean;
  /** Regular expressions in RE2's syntax; what they match is blanked out wherever it stands. */
  readonly patterns: readonly string[];
  readonly webhook: WebhookSettings | null;
}

/** Which calls a sink is told of. */
export interface SinkCalls {
  /** Calls that went well. */
  readonly success: boolean;
  /** Calls that failed or were cut short. */
  readonly failure: boolean;
}

export interface FileSink {
  readonly kind: "file";
  readonly calls: SinkCalls;
  /** `{service}` and `{pid}` are filled in. */
  readonly path: string;
  readonly maxBytes: number;
  /** A new file at least this often. */
  readonly every: "hour" | "day";
  /** Rotated files that are kept. */
  readonly maxFiles: number;
  readonly compress: boolean;
}

/** Any winston transport: a module that the process can import, and what its constructor is given. */
export interface WinstonSink {
  readonly kind: "winston";
  readonly calls: SinkCalls;
  readonly name: string;
  readonly module: string;
  /** Name of the export; `default` unless said. */
  readonly export: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** How a bucket is reached. Without keys the AWS SDK looks for them in its usual places. */
export interface S3Access {
  readonly bucket: string;
  readonly region: string;
  /** Null is AWS itself. */
  readonly endpoint: string | null;
  readonly virtualHosted: boolean;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string | null;
  } | null;
  readonly serverSideEncryption: string | null;
  readonly kmsKeyId: string | null;
}

/** One object a call, laid out as LiteLLM's S3 logger does it. */
export interface S3Sink {
  readonly kind: "s3";
  readonly calls: SinkCalls;
  readonly access: S3Access;
  /** Before every key, without slashes at its ends; empty is none. */
  readonly prefix: string;
}

/** Compressed JSON lines by date and hour. */
export interface S3BatchSink {
  readonly kind: "s3_batches";
  readonly calls: SinkCalls;
  readonly access: S3Access;
  readonly prefix: string;
  readonly everyMs: number;
  /** Calls in one object. */
  readonly maxCalls: number;
}

export interface LangfuseSink {
  readonly kind: "langfuse";
  readonly calls: SinkCalls;
  readonly host: string;
  readonly publicKey: string;
  readonly secretKey: string;
  readonly environment: string | null;
  readonly release: string | null;
}

/** How one signal reaches its collector: OTLP over HTTP. */
export interface OtlpTarget {
  readonly url: string;
  readonly protocol: "http/protobuf" | "http/json";
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: "gzip" | "none";
  /** Paths of PEM files; null where the system's own authorities will do. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
}

export interface MetricsTarget extends OtlpTarget {
  readonly everyMs: number;
  readonly temporality: "cumulative" | "delta" | "lowmemory";
}

/** Which traces are collected. */
export interface TraceSampler {
  /** Whether a client's own decision, in its `traceparent`, goes before the share. */
  readonly parentBased: boolean;
  /** Share of traces, 0 to 1. */
  readonly ratio: number;
}

export interface OtelSink {
  readonly kind: "otel";
  readonly calls: SinkCalls;
  /** Null sends none. */
  readonly traces: OtlpTarget | null;
  readonly metrics: MetricsTarget | null;
  /** Null: `understudy-gateway`, `understudy-worker`. */
  readonly serviceName: string | null;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: TraceSampler;
  /** Whether `traceparent` is taken from clients, and told to providers and the queue. */
  readonly propagates: boolean;
  /** How spans are gathered: calls in one batch, calls that may wait in memory. */
  readonly batch: { readonly calls: number; readonly held: number; readonly everyMs: number };
  /** Prompts and answers in spans; off unless asked for, whatever other sinks get. */
  readonly text: boolean;
}

export const HTTP_FORMATS = ["json_array", "ndjson", "single"] as const;

/** LiteLLM's `generic_api`: payloads posted to an address, under whatever name the file gives it. */
export interface HttpSink {
  readonly kind: "generic_api";
  readonly calls: SinkCalls;
  readonly name: string;
  /** A batch as a JSON list or as lines, or each call on its own. */
  readonly format: (typeof HTTP_FORMATS)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type SinkSettings = FileSink | WinstonSink | S3Sink | S3BatchSink | LangfuseSink | OtelSink | HttpSink;
export type SinkKind = SinkSettings["kind"];

export const WEBHOOK_EVENTS = [
  "verdict_changed",
  "experiment_decided",
  "rollout_advanced",
  "rollout_held",
  "rollout_rolled_back",
  "budget_reached",
  "silent_model_failing",
  "queue_backing_up",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Where events that somebody should know of are posted, signed. */
export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  readonly events: readonly WebhookEvent[];
  /** Share of a silent model's last calls, 0 to 1, from which on it is failing. */
  readonly failureRate: number;
  /** Share of a queue's greatest length, 0 to 1, from which on it is backing up. */
  readonly queueShare: number;
}
