import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { everyKey, everyRow } from "./support/everything.ts";
import { chatBody, send, startSystem, type System } from "./support/system.ts";

/** Keys that are nowhere else: wherever one is found, it has leaked. */
const CANARIES = {
  provider: "sk-test-canary-provider-4f1d9a",
  silent: "sk-test-canary-silent-77b2c0",
  master: "sk-test-canary-master-90ae13",
  header: "canary-header-value-5d2e81",
  client: "sk-test-canary-client-c3f6a4",
} as const;

const MORE = (providerUrl: string): string => `
  - model_name: canary-model
    litellm_params:
      model: openai/gpt-4o@fail-401
      api_base: ${providerUrl}/v1
      api_key: ${CANARIES.provider}
      extra_headers: { x-team-token: ${CANARIES.header} }
      silent_model: canary-silent
  - model_name: canary-silent
    litellm_params:
      model: openai/gpt-4o@fail-401
      api_base: ${providerUrl}/v1
      api_key: ${CANARIES.silent}
mirror_settings: { retries: 0, log_text: true }
general_settings: { master_key: ${CANARIES.master} }
`;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "no secret is written anywhere", () => {
  test("not in logs, queue, pairs, metrics, answers or errors", async () => {
    const system = await startSystem({ more: MORE, workers: 0 });
    const auth = { authorization: `Bearer ${CANARIES.master}` };
    const answers: string[] = [];
    for (const model of ["primary-model", "canary-model"]) {
      const body = chatBody("Say hello.", { model, api_key: CANARIES.client, metadata: { api_key: CANARIES.client } });
      answers.push(await (await send(system.url, body, auth)).text());
    }
    answers.push(await (await send(system.url, "{}", { authorization: "Bearer wrong" })).text());
    const onQueue = await queueWhenFilled(system);
    await system.startWorker();
    const get = async (path: string): Promise<string> =>
      (await fetch(`${system.url}${path}`, { headers: auth })).text();
    await system.workers[0]?.line((line) => line["message"] === "silent call failed");
    const written = {
      answers: answers.join("\n"),
      onQueue,
      experiments: await get("/api/experiments"),
      pairs: await get("/api/pairs"),
      readiness: await get("/health/readiness"),
      metrics: await get("/metrics"),
      gatewayLog: JSON.stringify(system.gateway.lines) + system.gateway.stderr(),
      workerLog: JSON.stringify(system.workers[0]?.lines) + (system.workers[0]?.stderr() ?? ""),
      database: await everyRow(system.databaseUrl),
      redis: await everyKey(system.redis.url),
    };
    expect(onQueue).toContain("Say hello.");
    expect(written.database).toContain("Say hello.");
    expect(written.gatewayLog).toContain("primary call");
    for (const [place, text] of Object.entries(written)) {
      for (const [name, canary] of Object.entries(CANARIES)) {
        expect(text.includes(canary), `the ${name} key in ${place}`).toBe(false);
      }
    }
  });
});

/** All that Redis holds once both jobs are there. */
async function queueWhenFilled(system: System): Promise<string> {
  const filled = (text: string): boolean => text.split("Say hello.").length > 2;
  return pollUntil(() => everyKey(system.redis.url), { what: "two jobs on the queue", until: filled });
}
