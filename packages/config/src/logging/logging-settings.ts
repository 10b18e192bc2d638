import { RE2JS } from "re2js";
import type { Fault } from "../fault.ts";
import { AT_LEAST_ONE, COUNT, FRACTION } from "../number-rule.ts";
import { type Env, kindOf, partOf, pathTo } from "../reading.ts";
import { type Section, sectionAt } from "../section.ts";
import { quoted } from "../shown.ts";
import { type Callback, type CalledBack, readCallbacks } from "./callbacks.ts";
import { ownAddresses, readGenericApi } from "./generic-api.ts";
import {
  type LoggingSettings,
  type SinkCalls,
  type SinkSettings,
  WEBHOOK_EVENTS,
  type WebhookSettings,
  type WinstonSink,
} from "./logging.ts";
import { readOtel } from "./otel-settings.ts";
import { readS3, readUrl, trimSlashes } from "./s3-access.ts";

export const LOGGING_KEYS = ["file", "s3_batches", "winston_transports", "redact_patterns", "webhook"] as const;
export const FILE_KEYS = ["path", "max_bytes", "every", "max_files", "compress"] as const;
export const S3_BATCH_KEYS = ["path", "every", "max_calls"] as const;
export const WEBHOOK_KEYS = ["url", "secret", "events", "failure_rate", "queue_share"] as const;
const TRANSPORT_KEYS = ["name", "module", "export", "options"] as const;

export const LOGGING_DEFAULTS = {
  file: {
    path: "logs/calls-{service}.jsonl",
    max_bytes: 100 * 1024 ** 2,
    every: "day",
    max_files: 14,
    compress: true,
  },
  s3_batches: { path: "batches", every: 300_000, max_calls: 10_000 },
  webhook: { failure_rate: 0.5, queue_share: 0.8 },
} as const;

const ALL_CALLS: SinkCalls = { success: true, failure: true };

interface Sources {
  readonly litellm: Section;
  /** `logging_settings`: ours. */
  readonly own: Section;
  /** `callback_settings`. */
  readonly callbacks: Section;
  readonly env: Env;
  /** The bucket's settings, told once of what they hold however many sinks write to it. */
  readonly bucket: () => Section | null;
}

/** Reads where calls are logged: LiteLLM's callbacks, and `logging_settings` for what LiteLLM has no key for. */
export function readLoggingSettings(given: Omit<Sources, "bucket">): LoggingSettings {
  const { litellm, own } = given;
  const opened: { bucket: Section | null } = { bucket: null };
  const sources: Sources = { ...given, bucket: () => (opened.bucket ??= litellm.section("s3_callback_params")) };
  const asked = readCallbacks(litellm, ownAddresses(given.callbacks));
  const sinks = [...calledBack(asked, sources), ...ownSinks(sources)];
  const settings: LoggingSettings = {
    sinks,
    text: !(litellm.flag("turn_off_message_logging") ?? false),
    keyInfo: !(litellm.flag("redact_user_api_key_info") ?? false),
    noLog: !(litellm.flag("global_disable_no_log_param") ?? false),
    patterns: readPatterns(own),
    webhook: sinkOf("webhook", sources, (within) => [readWebhook(within.own.section("webhook"))])[0] ?? null,
  };
  opened.bucket?.warnOfSlips();
  opened.bucket?.ignoreRest();
  own.rejectRest(LOGGING_KEYS);
  return settings;
}

function calledBack(asked: readonly Callback[], sources: Sources): SinkSettings[] {
  return asked.flatMap((callback) =>
    sinkOf(callback.name, sources, (within) => {
      const sink = READERS[callback.sink](callback, within);
      return sink === null ? [] : [sink];
    }),
  );
}

/** What `read` makes of its sources; nothing, and a line for each thing it lacks, when it cannot be reached without. */
function sinkOf<Read>(name: string, sources: Sources, read: (within: Sources) => readonly Read[]): readonly Read[] {
  const lacks: Fault[] = [];
  const { litellm, own, callbacks } = sources;
  const reading = partOf(litellm.reading, lacks);
  const [litellmPart, ownPart, callbacksPart] = [litellm, own, callbacks].map((section) => section.as(reading));
  if (litellmPart === undefined || ownPart === undefined || callbacksPart === undefined) return [];
  const made = read({ ...sources, litellm: litellmPart, own: ownPart, callbacks: callbacksPart });
  litellm.reading.unserved.push(...lacks.map((lack) => ({ name, ...lack })));
  return lacks.length > 0 ? [] : made;
}

const READERS: Readonly<Record<CalledBack, (callback: Callback, sources: Sources) => SinkSettings | null>> = {
  langfuse: readLangfuse,
  s3: ({ name, calls }, sources) => {
    const s3 = s3Of(sources, `the callback ${name}`);
    return s3 === null ? null : { kind: "s3", calls, ...s3 };
  },
  otel: ({ calls }, { callbacks, litellm }) =>
    readOtel(calls, litellm.reading, callbacks.section("otel")?.flag("message_logging") ?? false),
  generic_api: readGenericApi,
};

function readLangfuse({ name, calls }: Callback, { litellm, env }: Sources): SinkSettings | null {
  const publicKey = needed("LANGFUSE_PUBLIC_KEY", "langfuse", { litellm, env });
  const secretKey = needed("LANGFUSE_SECRET_KEY", "langfuse", { litellm, env });
  if (publicKey === null || secretKey === null) return null;
  return {
    kind: "langfuse",
    calls,
    host: langfuseHost(name, env),
    publicKey,
    secretKey,
    environment: env["LANGFUSE_TRACING_ENVIRONMENT"] ?? null,
    release: env["LANGFUSE_RELEASE"] ?? null,
  };
}

/** LiteLLM's two callbacks differ in the cloud that they take where no host is named: Langfuse's in the EU, in the US. */
function langfuseHost(name: string, env: Env): string {
  const isOtel = name === "langfuse_otel";
  const cloud = isOtel ? "us.cloud.langfuse.com" : "cloud.langfuse.com";
  const named = (isOtel ? env["LANGFUSE_OTEL_HOST"] : undefined) ?? env["LANGFUSE_HOST"] ?? env["LANGFUSE_BASE_URL"];
  const host = (named ?? cloud).replace(/\/+$/, "");
  return /^https?:\/\//.test(host) ? host : `https://${host}`;
}

function needed(variable: string, callback: string, { litellm, env }: Pick<Sources, "litellm" | "env">): string | null {
  const value = env[variable];
  if (value !== undefined) return value;
  const path = `litellm_settings (callback ${callback})`;
  const fix = `export ${variable}=… or remove ${callback}`;
  litellm.reading.lack(path, `environment variable ${variable} is not set`, fix);
  return null;
}

function s3Of({ litellm, env, bucket }: Sources, wanted: string): ReturnType<typeof readS3> {
  const params = bucket();
  if (params !== null) return readS3(params.as(litellm.reading), env);
  const path = litellm.pathTo("s3_callback_params");
  litellm.reading.lack(path, `is missing, and ${wanted} needs it`, "write s3_bucket_name under it");
  return null;
}

function ownSinks(sources: Sources): readonly SinkSettings[] {
  return [
    ...sinkOf("file", sources, ({ own }) => [own.section("file")].flatMap((file) => file ?? []).map(readFile)),
    ...sinkOf("s3_batches", sources, (within) => {
      const batches = within.own.section("s3_batches");
      return batches === null ? [] : readS3Batches(batches, within);
    }),
    ...sinkOf("winston_transports", sources, ({ own }) => readTransports(own)),
  ];
}

function readFile(section: Section): SinkSettings {
  const defaults = LOGGING_DEFAULTS.file;
  const file: SinkSettings = {
    kind: "file",
    calls: ALL_CALLS,
    path: section.text("path") ?? defaults.path,
    maxBytes: section.size("max_bytes") ?? defaults.max_bytes,
    every: section.choice("every", ["hour", "day"]) ?? defaults.every,
    maxFiles: section.number("max_files", COUNT) ?? defaults.max_files,
    compress: section.flag("compress") ?? defaults.compress,
  };
  section.rejectRest(FILE_KEYS);
  return file;
}

function readS3Batches(section: Section, sources: Sources): SinkSettings[] {
  const defaults = LOGGING_DEFAULTS.s3_batches;
  const s3 = s3Of(sources, "logging_settings.s3_batches");
  const path = trimSlashes(section.text("path") ?? defaults.path);
  const everyMs = section.duration("every") ?? defaults.every;
  const maxCalls = section.number("max_calls", AT_LEAST_ONE) ?? defaults.max_calls;
  section.rejectRest(S3_BATCH_KEYS);
  if (s3 === null) return [];
  const prefix = [s3.prefix, path].filter((part) => part !== "").join("/");
  return [{ kind: "s3_batches", calls: ALL_CALLS, access: s3.access, prefix, everyMs, maxCalls }];
}

function readTransports(own: Section): readonly WinstonSink[] {
  const written = own.raw("winston_transports");
  if (written === undefined || written === null) return [];
  if (!Array.isArray(written)) {
    own.fault("winston_transports", `is ${kindOf(written)}, not a list`, "write - module: NAME for each transport");
    return [];
  }
  return written.flatMap((item: unknown, index) => {
    const section = sectionAt(item, pathTo(own.pathTo("winston_transports"), index), own.reading);
    const module = section?.requiredText("module", "write the npm package, or the path of a file") ?? null;
    if (section === null || module === null) return [];
    const options = section.map("options") ?? {};
    const name = section.text("name") ?? module;
    const transport = { kind: "winston", calls: ALL_CALLS, name, module, options } as const;
    const exported = section.text("export") ?? "default";
    section.rejectRest(TRANSPORT_KEYS);
    return [{ ...transport, export: exported }];
  });
}

/** Patterns that RE2 takes: those whose time grows with the text and no faster. */
function readPatterns(own: Section): readonly string[] {
  const sources = own.texts("redact_patterns") ?? [];
  for (const [index, source] of sources.entries()) {
    try {
      RE2JS.compile(source);
    } catch (error) {
      const path = pathTo(own.pathTo("redact_patterns"), index);
      const problem = `is no RE2 regular expression (${withoutPattern(error as Error)})`;
      own.reading.fault(
        path,
        problem,
        "write one without look-around and back-references: https://github.com/google/re2/wiki/Syntax",
      );
    }
  }
  return sources;
}

/** What RE2 says is wrong, without the part of the pattern that it quotes. */
function withoutPattern({ message }: Error): string {
  return message.split(/: `/)[0] ?? "";
}

function readWebhook(section: Section | null): WebhookSettings | null {
  if (section === null) return null;
  const defaults = LOGGING_DEFAULTS.webhook;
  section.requiredText("url", "write the address that events are posted to");
  const url = section.has("url") ? readUrl(section, "url") : null;
  const secret = section.requiredText("secret", "write os.environ/WEBHOOK_SECRET; receivers check signatures with it");
  const events = readEvents(section);
  const failureRate = section.number("failure_rate", FRACTION) ?? defaults.failure_rate;
  const queueShare = section.number("queue_share", FRACTION) ?? defaults.queue_share;
  section.rejectRest(WEBHOOK_KEYS);
  return url === null || secret === null ? null : { url, secret, events, failureRate, queueShare };
}

function readEvents(section: Section): WebhookSettings["events"] {
  const names = section.texts("events");
  if (names === null) return WEBHOOK_EVENTS;
  const known = new Set<string>(WEBHOOK_EVENTS);
  for (const [index, name] of names.entries()) {
    if (known.has(name)) continue;
    const path = pathTo(section.pathTo("events"), index);
    section.reading.fault(path, `${quoted(name)} is not an event`, `write one of ${WEBHOOK_EVENTS.join(", ")}`);
  }
  return WEBHOOK_EVENTS.filter((event) => names.includes(event));
}
