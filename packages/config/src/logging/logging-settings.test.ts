import { expect, test } from "vitest";
import { unservedLine } from "../fault.ts";
import { resolveConfig } from "../resolve.ts";

const model_list = [{ model_name: "a", litellm_params: { model: "openai/x" } }];

function loggingOf(more: object, env: Record<string, string> = {}) {
  return resolveConfig({ model_list, ...more }, env).logging;
}

function faultsOf(more: object, env: Record<string, string> = {}): readonly string[] {
  try {
    loggingOf(more, env);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

test("without a word about it nothing is logged elsewhere", () => {
  expect(loggingOf({})).toEqual({ sinks: [], text: true, keyInfo: true, noLog: true, patterns: [], webhook: null });
});

test("LiteLLM's three lists say which calls a sink is told of", () => {
  const s3_callback_params = { s3_bucket_name: "logs", s3_path: "/calls/" };
  const env = {
    GENERIC_LOGGER_ENDPOINT: "http://127.0.0.1:9/",
    GENERIC_LOGGER_HEADERS: "x-team=blue,authorization=a%20b",
  };
  const lists = {
    success_callback: ["s3", "prometheus"],
    failure_callback: ["s3_v2", "generic_api"],
    callbacks: "otel",
  };
  const { sinks } = loggingOf({ litellm_settings: { ...lists, s3_callback_params } }, env);
  expect(sinks).toMatchObject([
    { kind: "s3", calls: { success: true, failure: true }, prefix: "calls", access: { bucket: "logs" } },
    {
      kind: "generic_api",
      calls: { success: false, failure: true },
      headers: { "x-team": "blue", authorization: "a b" },
    },
    { kind: "otel", calls: { success: true, failure: true } },
  ]);
});

test("an address of the file's own is a sink under its own name, as LiteLLM has it", () => {
  const callback_settings = {
    warehouse: {
      callback_type: "generic_api",
      endpoint: "https://logs.example.com/x",
      headers: { Authorization: "os.environ/TOKEN" },
      event_types: ["llm_api_failure"],
      log_format: "ndjson",
    },
    generic_api: { callback_type: "generic_api", log_format: "single" },
    unused: { callback_type: "generic_api", endpoint: "https://nobody.example.com" },
  };
  const litellm_settings = {
    callbacks: ["warehouse", "generic_api"],
    generic_logger_headers: { "x-team": "blue" },
  };
  const env = {
    TOKEN: "Bearer abc",
    GENERIC_LOGGER_ENDPOINT: "https://other.example.com",
    GENERIC_LOGGER_HEADERS: "a=b",
  };
  const { sinks } = loggingOf({ litellm_settings, callback_settings }, env);
  expect(sinks).toEqual([
    {
      kind: "generic_api",
      name: "warehouse",
      calls: { success: false, failure: true },
      url: "https://logs.example.com/x",
      headers: { a: "b", "x-team": "blue", Authorization: "Bearer abc" },
      format: "ndjson",
    },
    {
      kind: "generic_api",
      name: "generic_api",
      calls: { success: true, failure: true },
      url: "https://other.example.com",
      headers: { a: "b", "x-team": "blue" },
      format: "single",
    },
  ]);
  expect(
    faultsOf(
      { litellm_settings, callback_settings: { warehouse: { callback_type: "generic_api", log_format: "csv" } } },
      env,
    ),
  ).toEqual([expect.stringMatching(/^callback_settings\.warehouse\.log_format: "csv" is not a choice/)]);
});

test.each([
  ["langfuse", {}, "https://cloud.langfuse.com"],
  ["langfuse_otel", {}, "https://us.cloud.langfuse.com"],
  ["langfuse", { LANGFUSE_HOST: "https://lf.example.com/" }, "https://lf.example.com"],
  ["langfuse_otel", { LANGFUSE_HOST: "lf.example.com" }, "https://lf.example.com"],
  [
    "langfuse_otel",
    { LANGFUSE_OTEL_HOST: "https://otel.example.com", LANGFUSE_HOST: "https://lf.example.com" },
    "https://otel.example.com",
  ],
])("%s with %o goes to %s", (name, env, host) => {
  const keys = { LANGFUSE_PUBLIC_KEY: "pk", LANGFUSE_SECRET_KEY: "sk" };
  expect(loggingOf({ litellm_settings: { callbacks: [name] } }, { ...keys, ...env }).sinks).toMatchObject([{ host }]);
});

test("a callback that is misspelt is named, with the one that was probably meant", () => {
  const { warnings } = resolveConfig({ model_list, litellm_settings: { success_callback: ["langfusse"] } }, {});
  expect(warnings).toEqual([
    'litellm_settings.success_callback[0] "langfusse" is not built in, and nothing is sent to it; did you mean langfuse?',
  ]);
});

test("a callback without its keys is left out, with what to write, and the others log", () => {
  const litellm_settings = { callbacks: ["langfuse", "s3", "generic_api", "otel"] };
  const { logging, unserved } = resolveConfig({ model_list, litellm_settings }, {});
  expect(logging.sinks.map(({ kind }) => kind)).toEqual(["otel"]);
  expect(unserved.map(unservedLine)).toEqual([
    "langfuse: environment variable LANGFUSE_PUBLIC_KEY is not set; export LANGFUSE_PUBLIC_KEY=… or remove langfuse (litellm_settings (callback langfuse))",
    "langfuse: environment variable LANGFUSE_SECRET_KEY is not set; export LANGFUSE_SECRET_KEY=… or remove langfuse (litellm_settings (callback langfuse))",
    "s3: s3_callback_params is missing, and the callback s3 needs it; write s3_bucket_name under it (litellm_settings.s3_callback_params)",
    "generic_api: environment variable GENERIC_LOGGER_ENDPOINT is not set; export GENERIC_LOGGER_ENDPOINT=… or remove generic_api (litellm_settings (callback generic_api))",
  ]);
});

test("a sink of our own is left out when a variable of it is not set", () => {
  const logging_settings = {
    file: { path: "os.environ/ABSENT" },
    s3_batches: {},
    webhook: { url: "https://hooks.example.com", secret: "os.environ/ABSENT" },
  };
  const litellm_settings = { s3_callback_params: { s3_bucket_name: "os.environ/ABSENT" } };
  const { logging, unserved } = resolveConfig({ model_list, logging_settings, litellm_settings }, {});
  expect([logging.sinks, logging.webhook]).toEqual([[], null]);
  expect(unserved.map(({ name, path }) => [name, path])).toEqual([
    ["file", "logging_settings.file.path"],
    ["s3_batches", "litellm_settings.s3_callback_params.s3_bucket_name"],
    ["webhook", "logging_settings.webhook.secret"],
  ]);
});

test("a map among the callbacks is a hook that is not run", () => {
  const litellm_settings = { callbacks: [{ presidio: { mode: "pre_call" } }, "module.handler"] };
  expect(resolveConfig({ model_list, litellm_settings }, {}).warnings).toEqual([
    "litellm_settings.callbacks[0] is a hook with settings of its own, and is not run",
    'litellm_settings.callbacks[1] "module.handler" is a hook in Python, and is not run',
  ]);
});

test("LiteLLM's switches for what is logged are obeyed", () => {
  const switches = {
    turn_off_message_logging: true,
    redact_user_api_key_info: true,
    global_disable_no_log_param: true,
  };
  expect(loggingOf({ litellm_settings: switches })).toMatchObject({ text: false, keyInfo: false, noLog: false });
});

test("logging_settings has what LiteLLM has no key for, and no other key", () => {
  const logging_settings = {
    file: { path: "calls.jsonl", max_bytes: "1mb", every: "hour" },
    s3_batches: { path: "hourly" },
    winston_transports: [{ module: "winston-syslog", export: "Syslog", options: { host: "127.0.0.1" } }],
    redact_patterns: ["[0-9]{16}"],
    webhook: { url: "https://hooks.example.com/x", secret: "whsec-test-secret", events: ["verdict_changed"] },
  };
  const litellm_settings = { s3_callback_params: { s3_bucket_name: "logs", s3_path: "calls" } };
  expect(loggingOf({ logging_settings, litellm_settings })).toMatchObject({
    sinks: [
      { kind: "file", path: "calls.jsonl", maxBytes: 1024 ** 2, every: "hour", maxFiles: 14, compress: true },
      { kind: "s3_batches", prefix: "calls/hourly", everyMs: 300_000, maxCalls: 10_000 },
      { kind: "winston", name: "winston-syslog", export: "Syslog", options: { host: "127.0.0.1" } },
    ],
    patterns: ["[0-9]{16}"],
    webhook: { events: ["verdict_changed"], failureRate: 0.5, queueShare: 0.8 },
  });
  expect(faultsOf({ logging_settings: { redact_patterns: ["a(?=b)"] } })).toEqual([
    expect.stringMatching(
      /^logging_settings\.redact_patterns\[0\]: is no RE2 regular expression .*without look-around/,
    ),
  ]);
  expect(
    faultsOf({ logging_settings: { fil: {}, webhook: { url: "ftp://x", secret: "s", events: ["verdict"] } } }),
  ).toEqual([
    "logging_settings.fil: is not a key here; did you mean file?",
    "logging_settings.webhook.url: is not an http address; write http://… or https://…",
    'logging_settings.webhook.events[0]: "verdict" is not an event; write one of verdict_changed, experiment_decided, rollout_advanced, rollout_held, rollout_rolled_back, budget_reached, silent_model_failing, queue_backing_up',
  ]);
});
