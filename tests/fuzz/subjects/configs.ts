import { ConfigError, describeConfig, faultLine, loadConfigFile, resolveConfig, secretsOf } from "@understudy/config";
import { linesOf, servedConfig } from "@understudy/providers";
import fc, { type Arbitrary } from "fast-check";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { damaged, mutated, numbers, values, written } from "../generators/json.ts";
import { SECRETS, shortText, texts } from "../generators/texts.ts";
import { frozen, hold, inTime, sizeOf } from "../invariants.ts";
import { target } from "../target.ts";

/** The examples are configs that run; what is fuzzed are their neighbours. */
const EXAMPLES_FOLDER = new URL("../../../examples/", import.meta.url);
const EXAMPLES = readdirSync(EXAMPLES_FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(new URL(name, EXAMPLES_FOLDER), "utf8"));

const setting = fc.oneof(
  shortText,
  numbers,
  values,
  fc.constantFrom(
    "os.environ/FUZZ_SET",
    "os.environ/FUZZ_UNSET",
    "10m",
    "1:30",
    "20_000",
    "yes",
    "-1",
    "1e400",
    "2026-01-01",
    "8MiB",
  ),
);

const deployment = fc.record(
  {
    model_name: fc.oneof(fc.constantFrom("chat", "candidate", "*", "openai/*"), setting),
    litellm_params: fc.record(
      {
        model: fc.oneof(
          fc.constantFrom("openai/gpt-4o", "azure/x", "anthropic/claude", "*", "bedrock/x", "gpt-4o", "whisper-1"),
          setting,
        ),
        api_key: fc.oneof(fc.constantFrom(...SECRETS), setting),
        api_base: fc.oneof(fc.constantFrom("http://127.0.0.1:9/v1", "https://user:pw@host", "host"), setting),
        api_version: setting,
        silent_model: fc.oneof(
          fc.constantFrom("candidate", "chat"),
          setting,
          fc.record({ model: fc.constantFrom("candidate", "chat"), sample_rate: setting, control: fc.boolean() }),
        ),
        rpm: setting,
        timeout: setting,
        temperature: setting,
        extra_headers: fc.oneof(fc.dictionary(shortText, setting, { maxKeys: 2 }), setting),
        input_cost_per_token: setting,
        max_parallel_requests: setting,
      },
      { requiredKeys: ["model"] },
    ),
    model_info: fc.oneof(fc.record({ id: setting, mode: setting }), setting),
  },
  { requiredKeys: ["model_name", "litellm_params"] },
);

const section = fc.dictionary(
  fc.oneof(
    shortText,
    fc.constantFrom(
      "num_retries",
      "timeout",
      "fallbacks",
      "routing_strategy",
      "model_group_alias",
      "callbacks",
      "drop_params",
      "master_key",
      "max_queue_length",
      "sample_rate",
      "judge",
      "silent_models",
      "max_job_age",
      "payloads",
      "margins",
    ),
  ),
  setting,
  { maxKeys: 4 },
);

const whole: Arbitrary<unknown> = fc.record(
  {
    model_list: fc.array(deployment, { minLength: 1, maxLength: 4 }),
    router_settings: section,
    litellm_settings: section,
    general_settings: section,
    mirror_settings: section,
    logging_settings: section,
    environment_variables: fc.dictionary(shortText, setting, { maxKeys: 2 }),
    callback_settings: section,
    credential_list: fc.array(section, { maxLength: 1 }),
  },
  { requiredKeys: ["model_list"] },
);

const keys = fc.constantFrom(...SECRETS, "none", "os.environ/FUZZ_SET", "os.environ/FUZZ_UNSET");
const models = fc.constantFrom(
  "openai/gpt-4o",
  "openai/*",
  "azure/x",
  "anthropic/claude-sonnet-4-5",
  "bedrock/x",
  "gpt-4o",
  "whisper-1",
  "volcengine/x",
  "unheard-of/x",
);
const times = fc.constantFrom(5, "10m", "30s", 0.5);
const candidate = fc.record(
  { model: fc.constant("candidate"), sample_rate: fc.constantFrom(0, 0.5, 1), payloads: fc.constant("metrics_only") },
  { requiredKeys: ["model"] },
);
const control = fc.constant({ model: "chat", control: true });

/** What a person may have written and had accepted, nearly always. */
const usual: Arbitrary<unknown> = fc.record(
  {
    model_list: fc
      .tuple(
        fc.array(
          fc.record(
            {
              model: models,
              api_key: keys,
              api_base: fc.constantFrom("http://127.0.0.1:9/v1", "https://host.test/openai"),
              api_version: fc.constantFrom("2024-10-21", "v1"),
              silent_model: fc.oneof(fc.constant("candidate"), candidate, control, fc.tuple(candidate, control)),
              rpm: fc.nat({ max: 100 }),
              timeout: fc.constantFrom(5, 0.5),
              temperature: fc.constantFrom(0, 1),
              extra_headers: fc.record({ "x-team": shortText, Authorization: keys }, { requiredKeys: [] }),
              drop_params: fc.boolean(),
              mock_response: shortText,
              input_cost_per_token: fc.constantFrom(0, 1e-6, 1e-300, 1e300),
              output_cost_per_token: fc.constantFrom(0, 1e-6),
            },
            { requiredKeys: ["model"] },
          ),
          { minLength: 1, maxLength: 3 },
        ),
        models,
      )
      .map(([chats, model]) => [
        ...chats.map((litellm_params) => ({ model_name: "chat", litellm_params })),
        { model_name: "candidate", litellm_params: { model, api_key: SECRETS[0] } },
      ]),
    router_settings: fc.record(
      {
        num_retries: fc.nat({ max: 5 }),
        timeout: fc.constantFrom(5, 0.5),
        fallbacks: fc.constant([{ chat: ["candidate"] }]),
        routing_strategy: fc.constantFrom("simple-shuffle", "least-busy"),
        model_group_alias: fc.constant({ "gpt-4": "chat", __proto__x: "chat" }),
        allowed_fails: fc.nat({ max: 5 }),
      },
      { requiredKeys: [] },
    ),
    litellm_settings: fc.record(
      { drop_params: fc.boolean(), callbacks: fc.constantFrom(["prometheus"], ["langfuse"]), cache: fc.boolean() },
      { requiredKeys: [] },
    ),
    general_settings: fc.record({ master_key: keys, database_url: shortText }, { requiredKeys: [] }),
    mirror_settings: fc.record(
      {
        sample_rate: fc.constantFrom(0, 0.1, 1),
        max_job_age: times,
        payloads: fc.constantFrom("full", "metrics_only"),
      },
      { requiredKeys: [] },
    ),
    environment_variables: fc.record({ LANGFUSE_SECRET_KEY: keys, LANGFUSE_PUBLIC_KEY: keys }, { requiredKeys: [] }),
  },
  { requiredKeys: ["model_list"] },
);

const configs = fc.oneof(
  { weight: 4, arbitrary: mutated(usual, 1) },
  { weight: 2, arbitrary: mutated(usual, 3) },
  { weight: 1, arbitrary: mutated(whole) },
);

const files: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: damaged(fc.constantFrom(...EXAMPLES), 3) },
  // JSON is YAML, too.
  { weight: 2, arbitrary: configs.map(written) },
  {
    weight: 2,
    arbitrary: damaged(whole.map(written)),
  },
  {
    weight: 1,
    arbitrary: texts({
      most: 64 * 1024,
      units: ["- ", "a: ", "a: &a\n", "[*a, *a]", "<<: *a\n", "? ", "{a: ", "!!binary ", "--- \n", "\t", "%TAG "],
      around: ["model_list:\n", "a: &a [1]\nb: ", "model_list: &a\n  - *a\n"],
    }),
  },
  { weight: 1, arbitrary: fc.nat({ max: 12 }).map(laughs) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("latin1")) },
);

/** Each line ten times the one before. */
function laughs(lines: number): string {
  const more = Array.from({ length: lines }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`);
  return ["model_list: []", "a0: &a0 [1]", ...more].join("\n");
}

const ENV = { FUZZ_SET: SECRETS[0], OPENAI_API_KEY: SECRETS[1] };
const BOUND = { baseMs: 600, msPerKb: 20 };

/** All that a start does with it. A fault names the place and never a value that may be a secret. */
function used(load: () => ReturnType<typeof resolveConfig>): void {
  try {
    const served = servedConfig(load());
    const { warnings, ignored } = linesOf(served);
    for (const line of [...warnings, ...ignored, ...served.off.map(faultLine)]) {
      hold(!/\r|\n/.test(line), "a line is more than one");
      hold(!SECRETS.some((secret) => line.includes(secret)), "a line quotes a key");
    }
    const described = describeConfig(served.config);
    hold(!SECRETS.some((secret) => described.includes(secret)), "the description holds a key");
    hold(!["\0", "\u001B", "\r"].some((control) => described.includes(control)), "the description commands a terminal");
    secretsOf(served.config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    hold(error.faults.length > 0, "a ConfigError without a fault");
    for (const secret of SECRETS) hold(!error.message.includes(secret), "a fault quotes a key");
    for (const { path, problem, fix } of error.faults) {
      hold(!/\r|\n/.test(path + problem + fix), "a fault is more than one line");
      hold(`${path}${problem}${fix}`.length < 8_000, "a fault has no bound");
    }
  }
}

export const targets = [
  target({
    name: "configs: files",
    runs: 150,
    inputs: files,
    check(text) {
      const folder = mkdtempSync(join(tmpdir(), "understudy-fuzz-"));
      try {
        const file = join(folder, "config.yaml");
        writeFileSync(file, text);
        inTime(text.length, () => used(() => loadConfigFile(file, ENV)), BOUND);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  }),
  target({
    name: "configs: parsed",
    runs: 250,
    inputs: configs,
    check(value) {
      frozen(value);
      inTime(sizeOf(value), () => used(() => resolveConfig(value, ENV)), BOUND);
    },
  }),
];
