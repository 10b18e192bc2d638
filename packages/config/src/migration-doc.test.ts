import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CONSEQUENCES } from "./consequences.ts";
import { ConfigError } from "./fault.ts";
import { resolveConfig } from "./resolve.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/migrate-from-litellm.md"), "utf8");
const sectionOf = (title: string): string => page.split("\n## ").find((text) => text.startsWith(`${title}\n`)) ?? "";
const rowsOf = (title: string): readonly (readonly [string, string])[] =>
  [...sectionOf(title).matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)]
    .slice(2)
    .map(([, left = "", right = ""]) => [left, right]);
const spans = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

/** Keys of each section that the page says are taken. */
const taken = new Map(
  rowsOf("What is taken").map(([name, keys]) => [
    name.replaceAll("`", ""),
    spans(keys.replace("those of `router_settings`", "")),
  ]),
);

const env = {
  OPENAI_API_KEY: "sk-test-openai",
  AZURE_API_KEY: "test-azure-key",
  AZURE_API_BASE: "https://example.openai.azure.com",
  AWS_REGION_NAME: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test-aws-key",
  AWS_SECRET_ACCESS_KEY: "test-aws-secret",
  VERTEXAI_PROJECT: "test-project",
  VERTEXAI_LOCATION: "europe-west1",
};
const MODELS = ["openai/gpt-4o", "azure/gpt-4o", "bedrock/anthropic.claude", "vertex_ai/gemini-3-pro"];

/** A map of the file that notes which of its keys are looked for, also those that are not written. */
function noting(asked: Set<string>, values: object): object {
  const note = (key: string | symbol): void => {
    if (typeof key === "string") asked.add(key);
  };
  return new Proxy(values, {
    get: (target, key) => (note(key), Reflect.get(target, key) as unknown),
    getOwnPropertyDescriptor: (target, key) => (note(key), Reflect.getOwnPropertyDescriptor(target, key)),
  });
}

/** Keys of each section that somebody reads. */
function keysRead(): ReadonlyMap<string, ReadonlySet<string>> {
  const asked = new Map<string, Set<string>>();
  const section = (name: string, values: object = {}): object => {
    const keys = new Set<string>();
    asked.set(name, keys);
    return noting(keys, values);
  };
  const model_list = [
    section("model_list", {
      model_name: "a",
      litellm_params: { model: "openai/gpt-4o" },
      model_info: section("model_info"),
    }),
  ];
  const names = ["router_settings", "litellm_settings", "general_settings"];
  const sections = Object.fromEntries(names.map((name) => [name, section(name)]));
  resolveConfig(section("the file", { model_list, ...sections }), env);
  return asked;
}

/** What of a section LiteLLM does not know. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  "the file": ["logging_settings", "mirror_settings"],
  model_list: [],
  model_info: [],
  router_settings: ["connect_timeout"],
  litellm_settings: ["connect_timeout"],
  general_settings: ["allowed_hosts", "client_keys", "cors_origins", "max_request_memory_mb"],
};
/** Looked for where it does not belong, to say so. */
const MISPLACED = "silent_model";
/** Read once a callback asks for them. */
const OF_A_CALLBACK = ["s3_callback_params"];

type Fate = "taken" | "warned" | "ignored" | "sent";

/** What becomes of a key, told by what it does with a value that fits nothing. */
function fateOf(at: string): Fate {
  const fates = MODELS.map((model) => fateBeside(model, at));
  return fates.find((fate) => fate === "taken") ?? fates[0] ?? "ignored";
}

function fateBeside(model: string, at: string): Fate {
  const [section = "", key = ""] = at.includes(".") ? at.split(".") : ["", at];
  const odd = { [key]: { "not a value": [[1]] } };
  const own = (name: string): object => (section === name ? odd : {});
  const entry = {
    model_name: "a",
    litellm_params: { model, ...own("litellm_params") },
    model_info: { id: "one", ...own("model_info") },
    ...own("model_list"),
  };
  const spare = { model_name: "b", litellm_params: { model: "openai/gpt-4o" } };
  const beside =
    section === "" ? odd : section.endsWith("_settings") ? { [section]: odd[key] === undefined ? {} : odd } : {};
  try {
    const config = resolveConfig({ model_list: [entry, spare], ...beside }, env);
    const path = config.ignored.concat(config.warnings).find((line) => line.split(/[ .[]/).includes(key));
    if (config.ignored.some((line) => line.includes(key))) return "ignored";
    if (path !== undefined && path.endsWith(CONSEQUENCES[keyOf(at)] ?? "\0")) return "warned";
    return config.deployments.some(({ defaults }) => Object.hasOwn(defaults, key)) ? "sent" : "taken";
  } catch (error) {
    if (error instanceof ConfigError) return "taken";
    throw error;
  }
}

/** As the table of consequences writes it. */
const keyOf = (at: string): string => at.replace(/^(?:litellm_params|model_info)\./, "model_list.$&");

describe("docs/migrate-from-litellm.md", () => {
  test.each(Object.keys(OURS))("says what is taken of %s, and no more", (name) => {
    const read = [...(keysRead().get(name) ?? [])].filter((key) => key !== MISPLACED && !OURS[name]?.includes(key));
    const shared = name === "litellm_settings" ? (taken.get("router_settings") ?? []) : [];
    const told = (taken.get(name) ?? []).filter((key) => !OF_A_CALLBACK.includes(key));
    expect([...told, ...shared].toSorted()).toEqual(read.toSorted());
  });

  test.each(taken.get("litellm_params") ?? [])("litellm_params.%s is taken", (key) => {
    expect(fateOf(`litellm_params.${key}`)).toBe("taken");
  });

  test.each(rowsOf("What differs").flatMap(([keys]) => spans(keys)))("%s is taken, though it differs", (key) => {
    expect(fateOf(key)).toBe("taken");
  });

  test.each([
    ["litellm_params.tags", "ignored"],
    ["litellm_params.top_k", "sent"],
    ["general_settings.alerting", "ignored"],
    ["mcp_servers", "ignored"],
  ])("another key is told from those: %s is %s", (key, fate) => {
    expect(fateOf(key)).toBe(fate);
  });

  const missing = rowsOf("What is not there").flatMap(([keys, what]) => spans(keys).map((key) => [key, what] as const));

  test("says what is not there as check does, all of it", () => {
    expect(Object.fromEntries(missing.map(([key, what]) => [keyOf(key), what]))).toEqual({ ...CONSEQUENCES });
  });

  test.each(missing)("%s is warned of", (key) => {
    expect(fateOf(key)).toBe("warned");
  });
});
