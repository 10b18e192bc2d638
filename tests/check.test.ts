import { readFile } from "node:fs/promises";
import { spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { writeConfig } from "./support/system.ts";

afterAll(stopAll);

const BROKEN = `
model_list:
  - model_name: primary-model
    litellm_params:
      model: openai/gpt-4o
      silent_model: evaluation-modl
  - model_name: evaluation-model
    litellm_params:
      model: opnai/gpt-4o
      api_key: sk-test-visible-canary
mirror_settings:
  sample_rat: 0.5
`;

for (const [name, args] of [
  ["understudy check", ["apps/cli/src/main.ts", "check"]],
  ["gateway", ["apps/gateway/src/main.ts", "--config"]],
  ["worker", ["apps/worker/src/main.ts", "--config"]],
] as const) {
  test(`${name}: a wrong configuration ends with exit code 1 and a line for each fault`, async () => {
    const run = spawnProcess("node", [...args, await writeConfig(BROKEN)]);
    expect(await run.exit).toEqual({ code: 1, signal: null });
    const lines = run.stderr().trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(run.stderr()).toContain("evaluation-model");
    expect(run.stderr()).toContain("mirror_settings.sample_rat");
    expect(run.stderr()).not.toContain("canary");
  });
}

test("understudy check: prints the picture and masks keys", async () => {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", "check", "examples/config.yaml"]);
  expect(await run.exit).toEqual({ code: 0, signal: null });
  const text = run.lines.map((line) => String(line["text"])).join("\n");
  expect(text).toContain("primary-model");
  expect(text).toContain("evaluation-model");
  expect(text).not.toContain("sk-test-simulator");
});

test("understudy: an unknown command is told the known ones", async () => {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", "chek"]);
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.stderr()).toContain("there is no command chek; did you mean check?");
  expect(run.stderr()).toMatch(/^  check +read a config.yaml/m);
});

test.each(["--version", "-v", "version"])("understudy %s prints the version", async (flag) => {
  const { version } = JSON.parse(await readFile("apps/cli/package.json", "utf8")) as { version: string };
  const run = spawnProcess("node", ["apps/cli/src/main.ts", flag]);
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(run.lines.map(({ text }) => text)).toEqual([version]);
});

test.each(["", "check", "report", "queues", "replay", "demo"])("understudy %s -h prints its help", async (command) => {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", ...(command === "" ? [] : [command]), "-h"]);
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(run.lines[0]?.["text"]).toMatch(/^Usage: (?:understudy|npm run demo)/);
});

const UNPRICED = `
model_list:
  - model_name: primary-model
    litellm_params: { model: openai/gpt-4o, api_key: sk-test-1, silent_model: evaluation-model }
  - model_name: evaluation-model
    litellm_params: { model: openai/in-house, api_key: sk-test-1, api_base: "http://127.0.0.1:9/v1" }
mirror_settings:
  daily_budget_usd: 5
`;

test("understudy check: a budget for a model without a price says what to write", async () => {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", "check", await writeConfig(UNPRICED)]);
  expect(await run.exit).toEqual({ code: 0, signal: null });
  const text = run.lines.map((line) => String(line["text"])).join("\n");
  expect(text).toMatch(/warning: model_list\[1\]\.litellm_params: .*daily_budget_usd.*input_cost_per_token/);
});
