import { describe, expect, test } from "vitest";
import { ConfigError, unservedLine } from "./fault.ts";
import { resolveConfig } from "./resolve.ts";

function faultsOf(raw: unknown, env: Record<string, string> = {}): string[] {
  try {
    resolveConfig(raw, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n");
  }
}

/** What is left out, in an order that does not matter. */
function unservedOf(raw: unknown, env: Record<string, string> = {}): string[] {
  const { unserved, deployments } = resolveConfig(raw, env);
  const lacking = deployments.flatMap(({ modelGroup: name, lacks }) => lacks.map((lack) => ({ name, ...lack })));
  return [...unserved, ...lacking].map(unservedLine);
}

/** A sound configuration with one more key in the primary's `litellm_params`. */
const withParam = (key: string, value: unknown) => ({
  model_list: [
    { model_name: "primary-model", litellm_params: { model: "openai/gpt-3.5-turbo", [key]: value } },
    { model_name: "evaluation-model", litellm_params: { model: "openai/gpt-4o" } },
  ],
});
const withSection = (key: string, value: unknown) => ({
  ...withParam("silent_model", "evaluation-model"),
  [key]: value,
});

describe("no fault repeats a value that may be a secret", () => {
  const canary = "sk-test-canary-in-the-wrong-place";
  test.each([
    "rpm",
    "timeout",
    "weight",
    "drop_params",
    "extra_headers",
    "additional_drop_params",
    "max_parallel_requests",
  ])("%s, from a variable", (key) => {
    expect(faultsOf(withParam(key, "os.environ/CANARY"), { CANARY: canary }).join("\n")).toMatch(
      /^model_list(?!.*canary)/,
    );
  });

  const shapes = [
    canary,
    "9f86d081884c7d659a2feaa0c55ad015",
    "AIzaSyDtestTestTestTestTestTestTestTest",
    "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9v",
    "123e4567-e89b-12d3-a456-426614174000",
    "hunter2-the-password",
    "https://user:hunter2@example.com/v1",
  ];
  const places: readonly (readonly [string, (value: string) => unknown])[] = [
    ["silent_model", (value) => withParam("silent_model", value)],
    ["a list of silent models", (value) => withParam("silent_model", ["evaluation-model", { model: value }])],
    ["a pattern as silent model", (value) => withParam("silent_model", `${value}*`)],
    ["payloads", (value) => withSection("mirror_settings", { payloads: value })],
    ["judge.model", (value) => withSection("mirror_settings", { judge: { model: value } })],
    ["replay_models", (value) => withSection("mirror_settings", { replay_models: [value] })],
    ["silent_models", (value) => withSection("mirror_settings", { silent_models: { [value]: {} } })],
    ["routing_strategy", (value) => withSection("router_settings", { routing_strategy: value })],
    ["a fallback", (value) => withSection("router_settings", { fallbacks: [{ [value]: [value] }] })],
    ["an alias", (value) => withSection("router_settings", { model_group_alias: { [value]: value } })],
    ["a callback", (value) => withSection("litellm_settings", { callbacks: [value] })],
    ["a credential", (value) => withParam("litellm_credential_name", value)],
    ["behind os.environ/", (value) => withParam("api_key", `os.environ/${value}`)],
    [
      "model_info.id",
      (value) => ({
        model_list: [1, 2].map(() => ({
          model_name: "a",
          litellm_params: { model: "openai/x" },
          model_info: { id: value },
        })),
      }),
    ],
  ];
  test.each(places)("%s", (_, raw) => {
    for (const shape of shapes) {
      expect(everythingSaid(raw(shape))).not.toContain(shape);
      expect(everythingSaid(raw(shape))).not.toBe("");
    }
  });
});

/** Faults, or where there are none all warnings and all that is left out or ignored. */
function everythingSaid(raw: unknown): string {
  const faults = faultsOf(raw);
  if (faults.length > 0) return faults.join("\n");
  const { warnings, ignored } = resolveConfig(raw, {});
  return [...warnings, ...ignored, ...unservedOf(raw)].join("\n");
}
