import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "./fault.ts";
import { loadConfigFile } from "./load-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "understudy-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function faultsOf(file: string): string[] {
  try {
    loadConfigFile(file, {});
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replaceAll(`${folder}/`, "").split("\n");
  }
}

const entry = (name: string, rest = "") => `  - {model_name: ${name}, litellm_params: {model: openai/x${rest}}}\n`;

test("the plain example of LiteLLM's documentation of silent_model loads", () => {
  const file = write(
    "config.yaml",
    `model_list:
  - model_name: primary-model
    litellm_params:
      model: azure/gpt-4o
      api_key: "os.environ/AZURE_API_KEY"
      api_version: 2024-10-21
      silent_model: evaluation-model
  - model_name: evaluation-model
    litellm_params: { model: openai/o1 }
`,
  );
  const config = loadConfigFile(file, { AZURE_API_KEY: "sk-test-azure" });
  expect(config.experiments.map(({ id }) => id)).toEqual(["primary-model~evaluation-model"]);
  expect(config.deployments[0]).toMatchObject({ apiKey: "sk-test-azure", apiVersion: "2024-10-21" });
  expect(config.ignored).toEqual([]);
});

test("anchors and merge keys work as in YAML 1.1", () => {
  const file = write(
    "config.yaml",
    "defaults: &defaults {model: openai/x, drop_params: yes}\nmodel_list:\n  - {model_name: a, litellm_params: {<<: *defaults, rpm: 1}}\n",
  );
  expect(loadConfigFile(file, {}).deployments[0]).toMatchObject({ model: "openai/x", rpm: 1, dropParams: true });
});

describe("include", () => {
  test("adds to lists and takes the place of maps, as LiteLLM does, from where the including file stands", () => {
    const file = write(
      "config.yaml",
      `include: [teams/one.yaml]\nrouter_settings: {num_retries: 1, timeout: 5}\nmodel_list:\n${entry("main")}`,
    );
    write("teams/one.yaml", `include: [two.yaml]\nrouter_settings: {timeout: 9}\nmodel_list:\n${entry("one")}`);
    write("teams/two.yaml", `model_list:\n${entry("two", ", silent_model: main")}`);
    const config = loadConfigFile(file, {});
    expect(config.deployments.map(({ modelGroup }) => modelGroup)).toEqual(["main", "one", "two"]);
    expect(config.deployments[2]?.path).toBe("teams/one.yaml: two.yaml: model_list[0]");
    expect(config.router).toMatchObject({ numRetries: 2, timeoutMs: 9_000 });
  });

  test("names the file that a faulty entry stands in", () => {
    const file = write("config.yaml", `include: [more.yaml]\nmodel_list:\n${entry("a")}`);
    write("more.yaml", `model_list:\n${entry("b", ", rpm: -1")}`);
    expect(faultsOf(file)).toEqual([
      "more.yaml: model_list[0].litellm_params.rpm: -1 is negative; write a number of 0 or more",
    ]);
  });

  test("a circle, a missing file and a wrong list are faults", () => {
    const file = write("config.yaml", `include: [a.yaml, gone.yaml, b.yaml]\nmodel_list:\n${entry("a")}`);
    write("a.yaml", "include: [config.yaml]\n");
    write("b.yaml", "include: a.yaml\n");
    expect(faultsOf(file)).toEqual([
      "a.yaml: include[0]: config.yaml includes itself (config.yaml -> a.yaml -> config.yaml); remove one of the includes",
      "gone.yaml: there is no such file; check the path and who may read it",
      "b.yaml: include: is text, not a list; write - other.yaml for each file",
    ]);
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["", "config.yaml: the file is empty; write a model_list in it"],
    ["# nothing yet\n", "config.yaml: the file is empty; write a model_list in it"],
    ["- a\n", "config.yaml: holds a list, not a map; write model_list: first"],
    ["a: *nowhere\n", "config.yaml: Unresolved alias (the anchor must be set before the alias); correct the YAML"],
  ])("%j", (text, line) => {
    expect(faultsOf(write("config.yaml", text))).toEqual([line]);
  });

  test("that is missing", () => {
    expect(faultsOf(path.join(folder, "none.yaml"))).toEqual([
      "none.yaml: there is no such file; check the path and who may read it",
    ]);
  });

  test("names line and column, and never quotes the line", () => {
    const lines = faultsOf(
      write("config.yaml", 'model_list:\n  api_key: "sk-test-canary" sk-test-canary\n   - [sk-test-canary\n'),
    );
    expect(lines[0]).toMatch(/^config\.yaml:\d+:\d+: .+; correct the YAML$/);
    expect(lines.join("\n")).not.toContain("canary");
  });
});
