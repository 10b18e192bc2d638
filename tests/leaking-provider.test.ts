import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { everyKey, everyRow } from "./support/everything.ts";
import { type LeakingProvider, startLeakingProvider } from "./support/leaking-provider.ts";
import { chatBody, send, startSystem } from "./support/system.ts";

/** Keys of every shape that providers give out, and a header that nobody would take for a key by its name. */
const CANARIES = {
  prefixed: "sk-test-canary-4f1d9ab2c3e4",
  hex: "c4na5e1f0d2b3a495867768594a3b2c1".replace("n", "0"),
  uuid: "c0ffee12-3456-4789-8abc-def012345678",
  base64: "Y2FuYXJ5L2tleSt3aXRoL3NpZ25zPQ==",
  token: "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJ0ZXN0In0.Y2FuYXJ5c2lnbmF0dXJl",
  word: "tiramisu",
  aws: "wJalrCANARYk7MDENG/bPxRfiTESTKEY0123456",
  tenant: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
} as const;
const MODELS = ["error", "cut", "answer"] as const;

const entry = (name: string, model: string, key: string, more = ""): string => `
  - model_name: ${name}
    litellm_params:
      model: openai/${model}
      api_base: PROVIDER/v1
      api_key: "${key}"
      extra_headers: { x-team-tenant: ${CANARIES.tenant} }${more}`;

const groups = Object.entries(CANARIES).flatMap(([shape, key]) =>
  MODELS.flatMap((model) => [
    entry(`${shape}-${model}`, model, key, `\n      silent_model: silent-${shape}-${model}`),
    entry(`silent-${shape}-${model}`, model, key),
  ]),
);

const configOf = (provider: LeakingProvider, folder: string): string => `
model_list:${groups.join("").replaceAll("PROVIDER", provider.url)}
router_settings: { num_retries: 0, disable_cooldowns: true }
mirror_settings: { retries: 0, log_text: true }
logging_settings: { file: { path: "${folder}/calls-{service}-{pid}.jsonl" } }
callback_settings: { otel: { message_logging: true } }
`;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "a provider that repeats the key it was called with", () => {
  test("tells it to nobody: not the client by an error, and no queue, disk, database, log, page or sink", async () => {
    const provider = await startLeakingProvider();
    const folder = await mkdtemp(path.join(tmpdir(), "understudy-leaks-"));
    const system = await startSystem({ config: () => configOf(provider, folder), workers: 0 });
    const errors: string[] = [];
    const headers: string[] = [];
    const ask = async (shape: string, model: string): Promise<void> => {
      const body = chatBody("Say it.", { model: `${shape}-${model}`, stream: model === "cut" });
      const response = await send(system.url, body);
      const text = await response.text();
      headers.push(JSON.stringify([...response.headers]));
      if (model === "error") errors.push(text);
      // What a client is answered is its own, byte for byte.
      const quotes = text.includes(CANARIES[shape as keyof typeof CANARIES]);
      expect([response.status, quotes]).toEqual(model === "error" ? [400, false] : [200, true]);
    };
    const shapes = Object.keys(CANARIES);
    for (const shape of shapes) for (const model of MODELS) await ask(shape, model);
    const mirrors = shapes.length * MODELS.length;
    const onQueue = await pollUntil(() => everyKey(system.redis.url), {
      what: "all jobs on the queue",
      until: (text) => text.split("Say it.").length > mirrors,
    });
    await system.startWorker();
    const get = async (at: string): Promise<string> => (await fetch(`${system.url}${at}`)).text();
    await pollUntil(() => get("/api/experiments"), {
      what: "an outcome for each",
      until: (text) => {
        const { data } = JSON.parse(text) as { data: readonly { counts: { admitted: number; pending: number } }[] };
        return data.length === mirrors && data.every(({ counts }) => counts.admitted === 1 && counts.pending === 0);
      },
    });
    const pairs = JSON.parse(await get("/api/pairs?limit=200")) as { data: readonly { id: string }[] };
    const each = await Promise.all(pairs.data.map(({ id }) => get(`/api/pairs/${id}`)));
    const queues = shapes.map((shape) => get(`/api/queues/silent-${shape}-error/failed`));
    await system.redis.kill();
    await ask("word", "error");
    await ask("hex", "answer");
    const spool = await pollUntil(() => textsIn(system.spoolDir), {
      what: "two jobs on the disk",
      until: (text) => text.split("Say it.").length > 2,
    });
    const written = {
      errors: errors.join("\n"),
      headers: headers.join("\n"),
      onQueue,
      pairs: JSON.stringify(pairs),
      each: each.join("\n"),
      failed: (await Promise.all(queues)).join("\n"),
      metrics: await get("/metrics"),
      gatewayLog: JSON.stringify(system.gateway.lines) + system.gateway.stderr(),
      workerLog: JSON.stringify(system.workers[0]?.lines),
      database: await everyRow(system.databaseUrl),
      sinks: await textsIn(folder),
      spool,
    };
    await provider.close();
    for (const [place, text] of Object.entries(written)) {
      for (const [shape, key] of Object.entries(CANARIES)) {
        for (const spelling of [
          key,
          encodeURIComponent(key),
          Buffer.from(`user:${key}`).toString("base64"),
          key.slice(0, 14),
        ]) {
          if (spelling === "eyJhbGciOiJIUz") continue;
          expect(text.includes(spelling), `${spelling} (${shape}) in ${place}`).toBe(false);
        }
      }
    }
    for (const place of ["errors", "onQueue", "each", "database", "sinks", "spool"] as const) {
      expect(written[place], place).toMatch(/\[redacted\]|\*\*\*/);
    }
  });
});

async function textsIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}
