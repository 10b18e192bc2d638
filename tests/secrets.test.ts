import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { afterAll, expect, test } from "vitest";
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

async function everyKey(url: string): Promise<string> {
  const redis = new Redis(url);
  const parts: string[] = [];
  for (const key of await redis.keys("*")) {
    const type = await redis.type(key);
    if (type === "hash") parts.push(key, JSON.stringify(await redis.hgetall(key)));
    else if (type === "string") parts.push(key, String(await redis.get(key)));
    else if (type === "list") parts.push(key, JSON.stringify(await redis.lrange(key, "0", "-1")));
    else if (type === "stream") parts.push(key, JSON.stringify(await redis.xrange(key, "-", "+")));
    else parts.push(key, JSON.stringify(await redis.zrange(key, "0", "-1")));
  }
  redis.disconnect();
  return parts.join("\n");
}

async function everyRow(url: string): Promise<string> {
  const pool = new Pool({ connectionString: url });
  const tables = await pool.query<{ name: string }>(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema = 'understudy'",
  );
  const parts: string[] = [];
  for (const { name } of tables.rows) parts.push(JSON.stringify((await pool.query(`select * from ${name}`)).rows));
  await pool.end();
  return parts.join("\n");
}
