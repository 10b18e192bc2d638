import { createSimulator } from "@understudy/simulator";
import type { ExperimentDetail } from "@understudy/store";
import { pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatBody, getJson, send } from "./support/system.ts";

const CONFIG = "apps/cli/fixtures/configs/seed.yaml";
const simulator = createSimulator({ speed: 0 });
let base = "";
beforeAll(async () => {
  base = (await simulator.start()).url;
});
afterAll(async () => {
  await stopAll();
  await simulator.stop();
});

/** The process that has the config, and what it says at its start. */
async function started(env: Record<string, string>) {
  const dataDir = await mkdtemp(path.join(tmpdir(), "understudy-seed-"));
  const args = ["apps/cli/src/main.ts", "up", "--config", CONFIG, "--port", "0", "--data-dir", dataDir];
  const up = spawnProcess("node", args, { env });
  const { url } = await up.line((line) => line["message"] === "understudy listens", 80_000);
  return { up, url: String(url) };
}

const AZURE = { AZURE_API_KEY: "test-azure-key" };

test("LiteLLM's own example of a silent model starts as it is, and mirrors", async () => {
  const env = { ...AZURE, AZURE_API_BASE: base, OPENAI_API_KEY: "sk-test-openai", OPENAI_BASE_URL: `${base}/v1` };
  const { url } = await started(env);
  expect((await send(url, chatBody("What is the capital of France?"))).status).toBe(200);
  const read = () => getJson<ExperimentDetail>(`${url}/api/experiments/primary-model~evaluation-model`);
  const detail = await pollUntil(read, {
    what: "the pair",
    until: ({ counts }) => counts.paired === 1,
    timeoutMs: 60_000,
    every: 100,
  });
  expect(detail.counts).toMatchObject({ paired: 1, failed: 0 });
  const asked = simulator.requests().map((request) => request.path);
  expect(asked).toContain("/openai/deployments/gpt-35-turbo/chat/completions?api-version=2025-02-01-preview");
});

test("without the candidate's key its experiment is off, and the primary answers", async () => {
  const { up, url } = await started({ ...AZURE, AZURE_API_BASE: base, OPENAI_API_KEY: "" });
  expect((await send(url, chatBody("What is 2 plus 2?"))).status).toBe(200);
  const warnings = up.lines.filter((line) => line["level"] === "warn").map((line) => String(line["message"]));
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^warning: .*silent_model: nothing serves evaluation-model: .*OPENAI_API_KEY is not set/),
      expect.stringMatching(/^not served: evaluation-model: environment variable OPENAI_API_KEY is not set/),
    ]),
  );
  const models = await getJson<{ data: { id: string }[] }>(`${url}/v1/models`);
  expect(models.data.map(({ id }) => id)).toEqual(["primary-model"]);
  expect(await getJson<{ data: unknown[] }>(`${url}/api/experiments`)).toMatchObject({ data: [] });
});
