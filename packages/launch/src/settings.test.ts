import type { Environment } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import { type Flag, helpText, readSettings, SettingsError } from "./settings.ts";

const ALL: readonly Flag[] = [
  "config",
  "host",
  "port",
  "metrics-port",
  "redis-url",
  "database-url",
  "queue-keys",
  "queue-unsealed",
  "data-dir",
  "spool-dir",
  "spool-max-bytes",
  "log-level",
  "log-format",
];

const read = (args: readonly string[], env: Environment = {}, flags = ALL) => readSettings(args, env, flags).settings;

/** What is said when the settings cannot be used. */
function faultOf(args: readonly string[], env: Environment = {}, flags = ALL): string {
  try {
    read(args, env, flags);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "no fault";
}

const QUEUE_KEYS = `one:${"A".repeat(43)}=`;

const ENV: Environment = {
  UNDERSTUDY_CONFIG: "env.yaml",
  HOST: "0.0.0.0",
  PORT: "4001",
  METRICS_PORT: "9001",
  REDIS_URL: "redis://env:6379",
  SPOOL_DIR: "/spool",
  SPOOL_MAX_BYTES: "5000000",
  DATABASE_URL: "postgres://env/db",
  UNDERSTUDY_QUEUE_KEYS: QUEUE_KEYS,
  UNDERSTUDY_QUEUE_UNSEALED: "accept",
  DATA_DIR: "/data",
  LOG_LEVEL: "warn",
  LOG_FORMAT: "json",
};

describe("settings", () => {
  test("have defaults where nothing is said", () => {
    expect(read([])).toEqual({
      configFile: null,
      host: null,
      port: null,
      metricsPort: null,
      redisUrl: null,
      databaseUrl: null,
      queueKeys: null,
      queueUnsealed: "refuse",
      dataDir: ".understudy",
      spoolDir: ".understudy/spool",
      spoolMaxBytes: 1024 ** 3,
      logLevel: "info",
      logFormat: null,
      warnings: [],
    });
  });

  test("come from the environment", () => {
    expect(read([], ENV)).toEqual({
      configFile: "env.yaml",
      host: "0.0.0.0",
      port: 4001,
      metricsPort: 9001,
      redisUrl: "redis://env:6379",
      databaseUrl: "postgres://env/db",
      queueKeys: QUEUE_KEYS,
      queueUnsealed: "accept",
      dataDir: "/data",
      spoolDir: "/spool",
      spoolMaxBytes: 5_000_000,
      logLevel: "warn",
      logFormat: "json",
      warnings: [],
    });
  });

  test("given as flags win over the environment", () => {
    const flags = {
      config: "flag.yaml",
      host: "::1",
      port: "0",
      "metrics-port": "65535",
      "redis-url": "rediss://flag:6380",
      "database-url": "postgresql://flag/db",
      "data-dir": "here",
      "spool-dir": "off",
      "spool-max-bytes": "1",
      "log-level": "debug",
      "log-format": "pretty",
    };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    expect(read(args, ENV)).toEqual({
      configFile: "flag.yaml",
      host: "::1",
      port: 0,
      metricsPort: 65_535,
      redisUrl: "rediss://flag:6380",
      databaseUrl: "postgresql://flag/db",
      queueKeys: QUEUE_KEYS,
      queueUnsealed: "accept",
      dataDir: "here",
      spoolDir: null,
      spoolMaxBytes: 1,
      logLevel: "debug",
      logFormat: "pretty",
      warnings: [],
    });
  });

  test("may follow an equals sign, and are trimmed", () => {
    expect(read(["--port=4002"], { HOST: "  127.0.0.1 " })).toMatchObject({ port: 4002, host: "127.0.0.1" });
  });

  test("that are empty count as not given", () => {
    expect(read([], { PORT: "", REDIS_URL: " ", LOG_LEVEL: "" })).toMatchObject({
      port: null,
      redisUrl: null,
      logLevel: "info",
    });
  });

  test("of a flag that the process does not have are not read, however wrong they are", () => {
    expect(read([], { PORT: "tcp://10.0.0.1:80", HOST: "here" }, ["host"])).toMatchObject({ port: null, host: "here" });
  });
});

test("a password on the command line is warned of, and not repeated; in a variable it is where it belongs", () => {
  const urls = ["--redis-url", "redis://:hunter2@host", "--database-url=postgres://u:hunter2@host/db"];
  expect(read(urls).warnings).toEqual([
    "--redis-url holds a password, and others can read a command line; set REDIS_URL instead",
    "--database-url holds a password, and others can read a command line; set DATABASE_URL instead",
  ]);
  expect(read(["--redis-url", "redis://host"], { DATABASE_URL: "postgres://u:hunter2@host/db" }).warnings).toEqual([]);
});

test("DATA_DIR moves the spool of every process that has one, unless SPOOL_DIR says where", () => {
  const gateway: readonly Flag[] = ["data-dir", "spool-dir"];
  expect(read([], { DATA_DIR: "/data" }, gateway).spoolDir).toBe("/data/spool");
  expect(read([], { DATA_DIR: "/data", SPOOL_DIR: "/spool" }, gateway).spoolDir).toBe("/spool");
});

describe("a fault names the flag, the variable and what to write", () => {
  test.each<readonly [readonly string[], Environment, string]>([
    [["--port", "http"], {}, "--port (PORT): http is no port; write a number from 0 to 65535"],
    [[], { PORT: "65536" }, "--port (PORT): 65536 is no port; write a number from 0 to 65535"],
    [[], { PORT: "80.5" }, "--port (PORT): 80.5 is no port; write a number from 0 to 65535"],
    [["--metrics-port=-1"], {}, "--metrics-port (METRICS_PORT): -1 is no port; write a number from 0 to 65535"],
    [["--log-level", "loud"], {}, "--log-level (LOG_LEVEL): loud is not known; write debug, info, warn, error"],
    [[], { LOG_FORMAT: "xml" }, "--log-format (LOG_FORMAT): xml is not known; write json, pretty"],
    [["--prot", "1"], {}, "Unknown option '--prot'; --help lists the flags"],
    [["up"], {}, "Unexpected argument 'up'; --help lists the flags"],
    [["--port"], {}, "Option '--port <value>' argument missing; --help lists the flags"],
    [["--port", "--host"], {}, "Option '--port' argument is ambiguous; --help lists the flags"],
  ])("%j %j", (args, env, message) => {
    expect(faultOf(args, env)).toBe(message);
  });

  test("for a flag that another process has", () => {
    expect(faultOf(["--port", "1"], {}, ["host"])).toBe("Unknown option '--port'; --help lists the flags");
  });

  test("for keys of the queue that cannot be used, without a word of them", () => {
    const fault = faultOf([], { UNDERSTUDY_QUEUE_KEYS: "one:hunter2" });
    expect(fault).toBe(
      "UNDERSTUDY_QUEUE_KEYS: key 1 is not 32 bytes in base64; " +
        "write id:KEY, or several with commas between, each KEY from `openssl rand -base64 32`",
    );
  });

  test("for keys of the queue on the command line, where others could read them", () => {
    expect(faultOf(["--queue-keys", QUEUE_KEYS])).toBe("Unknown option '--queue-keys'; --help lists the flags");
  });

  test.each<readonly [Environment, string]>([
    [
      { REDIS_URL: "http://user:hunter2@host" },
      "--redis-url (REDIS_URL): not a redis:// address; queues on this Redis",
    ],
    [{ REDIS_URL: "hunter2" }, "--redis-url (REDIS_URL): not a redis:// address; queues on this Redis"],
    [
      { DATABASE_URL: "mysql://u:hunter2@h/db" },
      "--database-url (DATABASE_URL): not a postgres:// address; pairs in this",
    ],
    [
      { DATABASE_URL: "postgres://u:hunter2%@h/db" },
      "--database-url (DATABASE_URL): the password holds a % that begins no escape; write it as %25",
    ],
  ])("and never repeats a password: %j", (env, message) => {
    expect(faultOf([], env)).toContain(message);
    expect(faultOf([], env)).not.toContain("hunter2");
  });
});

test("help is asked for with --help, beside anything else", () => {
  expect(readSettings(["--help", "--port", "1"], {}, ALL).help).toBe(true);
  expect(readSettings([], {}, ALL).help).toBe(false);
});

test("the help text names a variable that has no flag", () => {
  expect(helpText("x", "y", ["config", "queue-keys"])).toContain(
    [
      "  --config          UNDERSTUDY_CONFIG     path of the config.yaml",
      "  no flag           UNDERSTUDY_QUEUE_KEYS encrypts queued texts: id:KEY[,id:KEY], KEY from openssl rand -base64 32",
    ].join("\n"),
  );
});

test("the help text has the process's flags, their variables and what they mean", () => {
  const text = helpText("npm run worker -- --config FILE [flags]", "Takes jobs.", ["config", "metrics-port"]);
  expect(text).toBe(
    [
      "Usage: npm run worker -- --config FILE [flags]",
      "",
      "Takes jobs.",
      "",
      "Flags, and the variables they win over:",
      "  --config          UNDERSTUDY_CONFIG  path of the config.yaml",
      "  --metrics-port    METRICS_PORT       port of the worker's health and metrics; 0 is any free one",
      "",
    ].join("\n"),
  );
});
