import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { resolveConfig } from "../resolve.ts";
import { CALLBACK_NAMES } from "./callbacks.ts";
import { WEBHOOK_EVENTS } from "./logging.ts";
import { FILE_KEYS, LOGGING_DEFAULTS, LOGGING_KEYS, S3_BATCH_KEYS, WEBHOOK_KEYS } from "./logging-settings.ts";

const root = path.join(import.meta.dirname, "../../../..");
const page = readFileSync(path.join(root, "docs/logging.md"), "utf8");
const configuration = readFileSync(path.join(root, "docs/configuration.md"), "utf8");
const env = {
  LANGFUSE_PUBLIC_KEY: "pk-test",
  LANGFUSE_SECRET_KEY: "sk-test-langfuse",
  GENERIC_LOGGER_ENDPOINT: "https://logs.example.com",
  WEBHOOK_SECRET: "test-webhook-secret",
  WAREHOUSE_TOKEN: "test-warehouse-token",
  LOGS_KEY_ID: "test-key-id",
  LOGS_SECRET_KEY: "test-secret-key",
};
const s3_callback_params = { s3_bucket_name: "llm-logs" };

const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text = ""]) => parse(text) as Record<string, object>,
);

test.each(examples.map((example) => [JSON.stringify(example), example] as const))(
  "%s loads, with nothing ignored",
  (_, example) => {
    const model_list = [{ model_name: "a", litellm_params: { model: "openai/x" } }];
    const litellm_settings = { s3_callback_params, ...example["litellm_settings"] };
    const needed = "litellm_settings" in example || "s3_batches" in (example["logging_settings"] ?? {});
    const { ignored, warnings } = resolveConfig(
      { model_list, ...example, ...(needed ? { litellm_settings } : {}) },
      env,
    );
    expect({ ignored: ignored.filter((key) => !key.includes("s3_bucket_name")), warnings }).toEqual({
      ignored: [],
      warnings: [],
    });
  },
);

test("the page was looked at", () => {
  expect(examples.length).toBeGreaterThan(6);
});

test("every event is explained, and no other", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (?:gateway|worker)/gm)].map(([, name]) => name);
  expect(rows).toEqual([...WEBHOOK_EVENTS]);
});

test("every callback that is built in is named", () => {
  for (const name of CALLBACK_NAMES.filter((name) => !["s3", "opentelemetry"].includes(name))) {
    expect(page).toMatch(new RegExp(`[\\[\`]${name}[\\]\`]`));
  }
});

test("docs/configuration.md has every key of logging_settings with its default", () => {
  const section = configuration.split("\n## ").find((text) => text.startsWith("`logging_settings`")) ?? "";
  const rows = [...section.matchAll(/^\| `([\w.]+)` +\| (\S+) +\|/gm)].map(
    ([, key = "", value = ""]) => [key, value] as const,
  );
  const keys = [
    ...FILE_KEYS.map((key) => `file.${key}`),
    ...S3_BATCH_KEYS.map((key) => `s3_batches.${key}`),
    ...WEBHOOK_KEYS.map((key) => `webhook.${key}`),
    ...LOGGING_KEYS.filter((key) => !["file", "s3_batches", "webhook"].includes(key)),
  ];
  expect(rows.map(([key]) => key).toSorted()).toEqual(keys.toSorted());
  const written = Object.fromEntries(rows.map(([key, value]) => [key, value.replaceAll("`", "")]));
  expect(written).toMatchObject({
    "file.path": LOGGING_DEFAULTS.file.path,
    "file.every": LOGGING_DEFAULTS.file.every,
    "file.max_files": String(LOGGING_DEFAULTS.file.max_files),
    "s3_batches.path": LOGGING_DEFAULTS.s3_batches.path,
    "s3_batches.max_calls": String(LOGGING_DEFAULTS.s3_batches.max_calls),
    "webhook.failure_rate": String(LOGGING_DEFAULTS.webhook.failure_rate),
    "webhook.queue_share": String(LOGGING_DEFAULTS.webhook.queue_share),
  });
});
