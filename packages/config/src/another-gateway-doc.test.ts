import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { resolveConfig } from "./resolve.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/with-another-gateway.md"), "utf8");
const [ofTheProxy, behind, before] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) =>
  resolveConfig(parse(text), env()),
);

function env(): Record<string, string> {
  const names = ["LITELLM_MASTER_KEY", "PROXY_KEY", "OPENAI_API_KEY", "UNDERSTUDY_KEY", "LITELLM_PROXY_KEY"];
  return Object.fromEntries([...names, "LITELLM_SILENT_KEY"].map((name) => [name, `sk-test-${name.toLowerCase()}`]));
}

test("the files of docs/with-another-gateway.md load, all of them served, and nothing in ours is left out", () => {
  expect([ofTheProxy, behind, before].map((config) => config?.unserved)).toEqual([[], [], []]);
  expect([behind, before].map((config) => [config?.ignored, config?.warnings])).toEqual([
    [[], []],
    [[], []],
  ]);
  expect(behind?.gateway.clientKeys).toMatchObject([{ alias: "litellm", proxy: true }]);
});

test("both ways mirror, and the way in front asks the proxy for both models", () => {
  const experiment = { primary: "primary-model", silent: "candidate", sampleRate: 0.1 };
  expect([behind, before].map((config) => config?.experiments)).toMatchObject([[experiment], [experiment]]);
  expect(before?.deployments.map(({ apiKey }) => apiKey)).toEqual([
    "sk-test-litellm_proxy_key",
    "sk-test-litellm_silent_key",
  ]);
});
