import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { describeConfig } from "./describe.ts";
import { loadConfigFile } from "./load-file.ts";
import { DEFAULT_MARGINS, MARGIN_KEYS } from "./margins.ts";
import { DEFAULT_QUEUE, DEFAULT_TARGET, MIRROR_KEYS, QUEUE_KEYS } from "./mirror-settings.ts";
import { resolveConfig } from "./resolve.ts";
import { DEFAULT_VERDICT, VERDICT_KEYS } from "./verdict-settings.ts";
import { CHECK_TYPES } from "./own-checks/own-check.ts";
import { CHECK_KEYS } from "./own-checks/read-own-checks.ts";
import { DEFAULT_JUDGE, DEFAULT_LABELS, JUDGE_KEYS, LABEL_KEYS, NO_REVIEW } from "./review-settings.ts";

const root = path.join(import.meta.dirname, "../../..");
const page = readFileSync(path.join(root, "docs/configuration.md"), "utf8");
const examples = readdirSync(path.join(root, "examples")).filter((name) => name.endsWith(".yaml"));

const env = {
  OPENAI_API_KEY: "sk-test-openai",
  AZURE_API_KEY: "test-azure-key",
  AZURE_API_BASE: "https://example.openai.azure.com",
  ANTHROPIC_API_KEY: "sk-test-anthropic",
  LITELLM_MASTER_KEY: "sk-test-master",
  LANGFUSE_PUBLIC_KEY: "pk-test-langfuse",
  LANGFUSE_SECRET_KEY: "sk-test-langfuse",
  GENERIC_LOGGER_ENDPOINT: "https://logs.example.com/calls",
  WEBHOOK_SECRET: "whsec-test-secret",
  SIMULATOR_URL: "http://127.0.0.1:4010/v1",
};

/** Keys whose default is told in words. */
const NO_VALUES = new Set([
  "silent_models",
  "replay_models",
  "margins",
  "verdict",
  "judge",
  "labels",
  "embedding_model",
  "checks",
]);

/** Key to default, as the table of the page has them. */
function documentedDefaults(): Map<string, string> {
  const [settings = ""] = mirrorSettings().split("`margins` is what");
  return defaultsIn(settings);
}

function documentedMargins(): Map<string, string> {
  return defaultsIn(mirrorSettings().split("`margins` is what")[1]?.split("`verdict` says")[0] ?? "");
}

function documentedVerdict(): Map<string, string> {
  return defaultsIn(mirrorSettings().split("`verdict` says")[1]?.split("`judge` names")[0] ?? "");
}

function documentedJudge(): Map<string, string> {
  return defaultsIn(mirrorSettings().split("`judge` names")[1]?.split("`labels` asks")[0] ?? "");
}

function documentedLabels(): Map<string, string> {
  return defaultsIn(mirrorSettings().split("`labels` asks")[1]?.split("`checks` are")[0] ?? "");
}

function mirrorSettings(): string {
  return page.split("\n## ").find((text) => text.startsWith("`mirror_settings`")) ?? "";
}

function defaultsIn(section: string): Map<string, string> {
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (\S+) +\|/gm)];
  return new Map(rows.map(([, key = "", value = ""]) => [key, value.replaceAll("`", "")]));
}

function asSettings(written: readonly (readonly [string, string])[]): Record<string, unknown> {
  return Object.fromEntries(written.map(([key, value]) => [key, parse(value) as unknown]));
}

describe("docs/configuration.md", () => {
  test("documents every key of mirror_settings, and no other", () => {
    expect([...documentedDefaults().keys()]).toEqual([...MIRROR_KEYS]);
  });

  test("states the defaults that hold", () => {
    const written = [...documentedDefaults()].filter(([key]) => !NO_VALUES.has(key));
    const mirror_settings = {
      ...asSettings(written),
      margins: asSettings([...documentedMargins()]),
      verdict: asSettings([...documentedVerdict()].filter(([, value]) => value !== "none")),
    };
    const model_list = [
      { model_name: "a", litellm_params: { model: "openai/x", silent_model: "b" } },
      { model_name: "b", litellm_params: { model: "openai/x" } },
    ];
    const config = resolveConfig({ model_list, mirror_settings }, {});
    expect(config.deployments[0]?.silent).toEqual([
      { experimentId: "a~b", silentModel: "b", match: null, ...DEFAULT_TARGET },
    ]);
    const { maxJobAgeMs, payloads, retentionMs } = DEFAULT_TARGET;
    const replay = { maxJobAgeMs, payloads, retentionMs, margins: DEFAULT_MARGINS, verdict: DEFAULT_VERDICT };
    expect(config.silentModels).toEqual([{ name: "b", ...DEFAULT_QUEUE, replay, review: NO_REVIEW }]);
    expect(config.logText).toBe(false);
    expect(config.experiments[0]).toMatchObject({ margins: DEFAULT_MARGINS, verdict: DEFAULT_VERDICT });
  });

  test("documents every margin, and no other", () => {
    expect([...documentedMargins().keys()]).toEqual([...MARGIN_KEYS]);
  });

  test("documents every key of verdict, and no other", () => {
    expect([...documentedVerdict().keys()]).toEqual([...VERDICT_KEYS]);
  });

  test("documents every key of judge, with the default that holds", () => {
    expect([...documentedJudge().keys()]).toEqual([...JUDGE_KEYS]);
    const { model: _, rubric: __, ...written } = asSettings([...documentedJudge()]);
    const { sampleRate: sample_rate, dailyBudgetUsd: daily_budget_usd } = DEFAULT_JUDGE;
    expect(written).toEqual({ sample_rate, daily_budget_usd });
  });

  test("documents every type and every key of checks, and no other", () => {
    const [types = "", keys = ""] = (mirrorSettings().split("`checks` are")[1] ?? "").split("| key of a check");
    const named = [...types.matchAll(/`(?:not-)?(i?[a-z]+(?:-[a-z]+)*)`/g)].map(([, name = ""]) => name);
    expect(CHECK_TYPES.filter((name) => !named.includes(name))).toEqual([]);
    expect([...keys.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key)).toEqual([...CHECK_KEYS]);
  });

  test("documents every key of labels, with the default that holds", () => {
    expect([...documentedLabels().keys()]).toEqual([...LABEL_KEYS]);
    expect(asSettings([...documentedLabels()])).toEqual({ sample_rate: DEFAULT_LABELS.sampleRate });
  });

  test("says which keys belong to the queue", () => {
    expect([QUEUE_KEYS[0], QUEUE_KEYS.at(-1)]).toEqual(["concurrency", "max_queue_length"]);
    expect(page).toContain("from `concurrency` to `max_queue_length`");
  });

  test("has an example that loads, with nothing in it ignored", () => {
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
    expect(resolveConfig(parse(example), env).ignored).toEqual([]);
  });

  test.each([
    "UNDERSTUDY_CONFIG",
    "REDIS_URL",
    "DATABASE_URL",
    "PORT",
    "HOST",
    "METRICS_PORT",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "DATA_DIR",
  ])("explains %s", (variable) => {
    expect(page).toMatch(new RegExp(`^\\| \`${variable}\` +\\|`, "m"));
  });
});

describe("examples", () => {
  test.each(examples)("%s loads, and its keys are not shown", (name) => {
    const config = loadConfigFile(path.join(root, "examples", name), env);
    expect(describeConfig(config)).not.toContain("sk-test-openai");
  });

  test.each(["config.yaml", "openai.yaml", "full.yaml", "candidates.yaml", "logging.yaml"])(
    "%s mirrors, and has nothing ignored",
    (name) => {
      const config = loadConfigFile(path.join(root, "examples", name), env);
      expect(config.experiments.length).toBeGreaterThan(0);
      expect(config.ignored).toEqual([]);
    },
  );

  test("config.yaml needs no variable", () => {
    const config = loadConfigFile(path.join(root, "examples/config.yaml"), {});
    expect(config.experiments).toEqual([
      {
        id: "primary-model~evaluation-model",
        primary: "primary-model",
        silent: "evaluation-model",
        control: false,
        sampleRate: 1,
        margins: DEFAULT_MARGINS,
        verdict: DEFAULT_VERDICT,
      },
    ]);
  });
});
