import type { Environment } from "@understudy/runtime";
import { parseQueueKeys, type QueueKeys, QueueKeysError } from "@understudy/mirror";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** What a process is told from outside, by flag or environment; flags win. */
export interface ProcessSettings {
  /** Path of the config.yaml; null when none was named. */
  readonly configFile: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Port of the worker's health and metrics; null is any free one. */
  readonly metricsPort: number | null;
  readonly redisUrl: string | null;
  readonly databaseUrl: string | null;
  /** Keys of queued texts, as `parseQueueKeys` takes them; null leaves the texts in plain text. */
  readonly queueKeys: string | null;
  /** Whether jobs that these keys did not seal are read all the same. */
  readonly queueUnsealed: "accept" | "refuse";
  /** Folder of the embedded database. */
  readonly dataDir: string;
  /** Folder where jobs wait while their queue is away; null keeps them in memory. */
  readonly spoolDir: string | null;
  readonly spoolMaxBytes: number;
  readonly logLevel: LogLevel;
  readonly logFormat: "json" | "pretty" | null;
  /** For a person: secrets that stand on the command line; a sentence each. */
  readonly warnings: readonly string[];
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A flag or a variable that cannot be used. Its message says what to write. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

/** Flag, variable, and what they mean, for `--help` and for reading. */
const SETTINGS = {
  config: { env: "UNDERSTUDY_CONFIG", help: "path of the config.yaml" },
  host: { env: "HOST", help: "address to listen on" },
  port: { env: "PORT", help: "port to listen on" },
  "metrics-port": { env: "METRICS_PORT", help: "port of the worker's health and metrics; 0 is any free one" },
  "redis-url": { env: "REDIS_URL", help: "queues on this Redis, e.g. redis://127.0.0.1:6379" },
  "database-url": { env: "DATABASE_URL", help: "pairs in this PostgreSQL, e.g. postgres://user:pass@host/db" },
  "queue-keys": {
    env: "UNDERSTUDY_QUEUE_KEYS",
    help: "encrypts queued texts: id:KEY[,id:KEY], KEY from openssl rand -base64 32",
    // A command line is there for all to read.
    variableOnly: true,
  },
  "queue-unsealed": {
    env: "UNDERSTUDY_QUEUE_UNSEALED",
    help: "accept reads what the queue keys did not seal, while keys are put in place (default refuse)",
    variableOnly: true,
  },
  "data-dir": { env: "DATA_DIR", help: "folder of the embedded database and of the spool (default .understudy)" },
  "spool-dir": {
    env: "SPOOL_DIR",
    help: "folder for jobs whose queue is away (default spool in DATA_DIR); off for none",
  },
  "spool-max-bytes": { env: "SPOOL_MAX_BYTES", help: "bytes that may wait there, of one process (default 1073741824)" },
  "log-level": { env: "LOG_LEVEL", help: "debug, info, warn or error (default info)" },
  "log-format": { env: "LOG_FORMAT", help: "json or pretty (default: pretty on a terminal)" },
} as const;
export type Flag = keyof typeof SETTINGS;

const isVariableOnly = (flag: Flag): boolean => "variableOnly" in SETTINGS[flag];

/** Throws `SettingsError` for an unknown flag or an unusable value. `help` is true when `--help` was given. */
export function readSettings(
  args: readonly string[],
  env: Environment,
  flags: readonly Flag[],
): { readonly settings: ProcessSettings; readonly help: boolean } {
  const values = parseFlags(args, flags);
  const text = (flag: Flag): string | null => {
    // What a process does not use cannot stop it from starting.
    if (!flags.includes(flag)) return null;
    const value = values[flag] ?? env[SETTINGS[flag].env];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  };
  const settings: ProcessSettings = {
    configFile: text("config"),
    host: text("host"),
    port: readPort("port", text("port")),
    metricsPort: readPort("metrics-port", text("metrics-port")),
    redisUrl: readUrl("redis-url", text("redis-url"), ["redis:", "rediss:"]),
    databaseUrl: readUrl("database-url", text("database-url"), ["postgres:", "postgresql:"]),
    queueKeys: readQueueKeys(text("queue-keys")),
    queueUnsealed: readChoice("queue-unsealed", text("queue-unsealed"), ["accept", "refuse"] as const) ?? "refuse",
    dataDir: text("data-dir") ?? ".understudy",
    spoolDir: readSpoolDir(text("spool-dir"), text("data-dir") ?? ".understudy"),
    spoolMaxBytes: readBytes("spool-max-bytes", text("spool-max-bytes")) ?? 1024 ** 3,
    logLevel: readChoice("log-level", text("log-level"), LOG_LEVELS) ?? "info",
    logFormat: readChoice("log-format", text("log-format"), ["json", "pretty"] as const),
    warnings: SECRET_FLAGS.filter((flag) => holdsPassword(values[flag])).map(exposedBy),
  };
  return { settings, help: values["help"] === true };
}

const SECRET_FLAGS = ["redis-url", "database-url"] as const;

function holdsPassword(url: unknown): boolean {
  return typeof url === "string" && URL.canParse(url.trim()) && new URL(url.trim()).password !== "";
}

function exposedBy(flag: Flag): string {
  return `--${flag} holds a password, and others can read a command line; set ${SETTINGS[flag].env} instead`;
}

/** The help text of a command: what it does, and its flags with their variables. */
export function helpText(usage: string, summary: string, flags: readonly Flag[]): string {
  const width = Math.max(18, ...flags.map((flag) => SETTINGS[flag].env.length));
  const lines = flags.map((flag) => {
    const name = isVariableOnly(flag) ? "no flag" : `--${flag}`;
    return `  ${name.padEnd(17)} ${SETTINGS[flag].env.padEnd(width)} ${SETTINGS[flag].help}`;
  });
  return [`Usage: ${usage}`, "", summary, "", "Flags, and the variables they win over:", ...lines, ""].join("\n");
}

function parseFlags(args: readonly string[], flags: readonly Flag[]): Record<string, string | boolean | undefined> {
  const ownFlags = flags.filter((flag) => !isVariableOnly(flag));
  const options = Object.fromEntries(ownFlags.map((flag) => [flag, { type: "string" } as const]));
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: "boolean", short: "h" } }, strict: true })
      .values;
  } catch (error) {
    throw new SettingsError(
      `${(error as Error).message.split(/\.\s/)[0] ?? "a flag is wrong"}; --help lists the flags`,
    );
  }
}

function readPort(flag: Flag, value: string | null): number | null {
  if (value === null) return null;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SettingsError(`${named(flag)}: ${value} is no port; write a number from 0 to 65535`);
}

function readSpoolDir(value: string | null, dataDir: string): string | null {
  if (value?.toLowerCase() === "off") return null;
  return value ?? join(dataDir, "spool");
}

function readBytes(flag: Flag, value: string | null): number | null {
  if (value === null) return null;
  const bytes = Number(value);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new SettingsError(`${named(flag)}: ${value} is no number of bytes; write a whole number above 0`);
}

function readUrl(flag: Flag, value: string | null, protocols: readonly string[]): string | null {
  if (value === null) return null;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) {
    if (isDecodable(new URL(value).password)) return value;
    throw new SettingsError(`${named(flag)}: the password holds a % that begins no escape; write it as %25`);
  }
  // The value itself may hold a password, so it is not repeated.
  throw new SettingsError(`${named(flag)}: not a ${protocols[0] ?? ""}// address; ${SETTINGS[flag].help}`);
}

/** The keys of queued texts as the settings have them; null where texts stay in plain text. */
export function queueKeysOf({
  queueKeys,
  queueUnsealed,
}: Pick<ProcessSettings, "queueKeys" | "queueUnsealed">): QueueKeys | null {
  return queueKeys === null ? null : parseQueueKeys(queueKeys, { acceptsUnsealed: queueUnsealed === "accept" });
}

function readQueueKeys(value: string | null): string | null {
  try {
    if (value !== null) parseQueueKeys(value);
    return value;
  } catch (error) {
    if (error instanceof QueueKeysError) throw new SettingsError(`${SETTINGS["queue-keys"].env}: ${error.message}`);
    throw error;
  }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function readChoice<T extends string>(flag: Flag, value: string | null, choices: readonly T[]): T | null {
  if (value === null) return null;
  const choice = choices.find((name) => name === value);
  if (choice !== undefined) return choice;
  throw new SettingsError(`${named(flag)}: ${value} is not known; write ${choices.join(", ")}`);
}

function named(flag: Flag): string {
  return `--${flag} (${SETTINGS[flag].env})`;
}
