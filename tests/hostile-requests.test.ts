import { createRedisQueues } from "@understudy/mirror";
import { silentLogger, systemClock as clock } from "@understudy/runtime";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { closeAtEnd, describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import type { Pair } from "@understudy/store";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  allPairs,
  chatBody,
  configText,
  EXPERIMENT,
  experimentWhen,
  getJson,
  send,
  startSystem,
  writeConfig,
} from "./support/system.ts";

afterAll(stopAll);

const SILENT = "evaluation-model";

type Schema = Readonly<Record<string, unknown>>;

/** 2 KB of schema, 2^60 validations. */
function endlessSchema(keyword: "allOf" | "anyOf"): Schema {
  const definitions = Array.from({ length: 60 }, (_, index) => {
    const next = { $ref: `#/$defs/s${index + 1}` };
    return [`s${index}`, { [keyword]: [next, next] }] as const;
  });
  const last = { type: keyword === "anyOf" ? "null" : "object" };
  return { $ref: "#/$defs/s0", $defs: { ...Object.fromEntries(definitions), s60: last } };
}

const inFormat = (schema: Schema) => ({ response_format: { type: "json_schema", json_schema: { name: "s", schema } } });
const inTool = (schema: Schema) => ({ tools: [{ type: "function", function: { name: "f", parameters: schema } }] });

const HOSTILE = [inFormat(endlessSchema("anyOf")), inTool(endlessSchema("allOf")), inFormat(endlessSchema("allOf"))];

const ANSWER = JSON.stringify({
  id: "c1",
  object: "chat.completion",
  model: "m",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      message: {
        role: "assistant",
        content: "{}",
        tool_calls: [{ id: "t1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

/** A provider that gives one answer to everything, and looks at no schema itself. Resolves to its address. */
async function startProvider(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.setHeader("content-type", "application/json").end(ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAtEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks the address again and again until `done`; the longest that an answer took, in milliseconds. */
async function longestAnswer(address: string, done: Promise<unknown>): Promise<number> {
  let longest = 0;
  const asking = new AbortController();
  const ended = done.finally(() => asking.abort());
  while (!asking.signal.aborted) {
    const begun = performance.now();
    expect((await fetch(address)).status).toBe(200);
    longest = Math.max(longest, performance.now() - begun);
    await clock.sleep(20);
  }
  await ended;
  return longest;
}

/** Sends what is hostile among what is not; every one is answered. */
async function sendAll(url: string): Promise<void> {
  for (const more of [...HOSTILE, {}, ...HOSTILE, {}]) {
    const response = await send(url, chatBody("Hello", more));
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  }
}

function expectCompared(pairs: readonly Pair[]): void {
  const hostile = pairs.filter(({ comparison }) => comparison === null);
  expect(hostile.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(HOSTILE.flatMap(() => [TOO, TOO]));
  const others = pairs.filter(({ comparison }) => comparison !== null);
  expect(others.map(({ outcome, comparison }) => [outcome, comparison?.comparable])).toEqual([
    ["paired", true],
    ["paired", true],
  ]);
}

const TOO = "paired too_expensive";
/** Far beyond what any of it takes, on a machine that does much else; a loop that hangs is beyond any limit. */
const PATIENCE_MS = 20_000;

test("with everything in one process, schemas that never end hold up no client", async () => {
  const config = await writeConfig(configText(await startProvider()));
  const dataDir = await mkdtemp(path.join(tmpdir(), "understudy-hostile-"));
  const args = ["apps/cli/src/main.ts", "up", "--config", config, "--port", "0", "--data-dir", dataDir];
  const up = spawnProcess("node", args);
  const { url } = await up.line((line) => line["message"] === "understudy listens", 60_000);
  const gateway = String(url);
  await sendAll(gateway);
  const ended = experimentWhen(gateway, ({ counts }) => counts.paired === 8);
  expect(await longestAnswer(`${gateway}/v1/models`, ended)).toBeLessThan(PATIENCE_MS);
  expectCompared(await allPairs(gateway));
  const report = await getJson<{ pairs: { not_comparable: unknown } }>(
    `${gateway}/api/experiments/${EXPERIMENT}/report`,
  );
  expect(report.pairs.not_comparable).toEqual({ too_expensive: 6 });
  up.kill("SIGTERM");
  expect(await up.exit).toEqual({ code: 0, signal: null });
});

await describeWith({ redis: true, postgres: true }, "a worker of its own", () => {
  test("stays live among schemas that never end, stores every pair once, and stops when it is told to", async () => {
    const provider = await startProvider();
    const system = await startSystem({ config: () => configText(provider) });
    const [worker] = system.workers;
    const listens = await worker?.line((line) => line["message"] === "worker listens");
    await sendAll(system.url);
    const ended = experimentWhen(system.url, ({ counts }) => counts.paired === 8);
    const health = `${String(listens?.["url"])}/health/liveliness`;
    expect(await longestAnswer(health, ended)).toBeLessThan(PATIENCE_MS);
    expectCompared(await allPairs(system.url));
    const { counts } = await experimentWhen(system.url, () => true);
    expect(counts).toMatchObject({ admitted: 8, paired: 8, failed: 0, dropped: {}, lost: 0, pending: 0 });

    await sendAll(system.url);
    worker?.kill("SIGTERM");
    expect(await worker?.exit).toEqual({ code: 0, signal: null });
    await system.startWorker();
    await experimentWhen(system.url, (now) => now.counts.paired === 16 && now.counts.pending === 0);
  });

  test("is never given a request nested too deep, and ends jobs of before that were", async () => {
    const system = await startSystem();
    const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    // cases/wire/01: 10 KB of brackets under a key that nobody knows.
    const deep = chatBody("hi", { foo: 0 }).replace(":0}", `:${nested(5_000)}}`);
    for (let sent = 0; sent < 22; sent += 1) {
      const refused = await send(system.url, deep);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("deeper than 512 levels")]);
    }
    const queues = createRedisQueues({ url: system.redis.url, clock, logger: silentLogger });
    await pollUntil(() => queues.ping().then(() => true));
    const usage = JSON.parse(nested(600)) as never;
    await queues.producer(SILENT).add([
      { ...job("before", deep), primary: sampleCallRecord({ request_id: "req_before" }) },
      { ...job("altered", chatBody("hi")), primary: sampleCallRecord({ request_id: "req_altered", usage }) },
    ]);
    await (await send(system.url, chatBody("What is 1 plus 1?"))).arrayBuffer();
    await pollUntil(() => queues.producer(SILENT).depth(), {
      what: "an end of every job",
      until: ({ waiting, active, delayed, failed }) => waiting + active + delayed === 0 && failed === 1,
      timeoutMs: 60_000,
    });
    await queues.close();
    const pairs = await pollUntil(() => allPairs(system.url), { until: (all) => all.length === 2 });
    expect(pairs.map(({ outcome, reason }) => `${outcome} ${reason}`).toSorted()).toEqual([
      "dropped bad_request_body",
      "paired null",
    ]);
    const { data } = await getJson<{ data: readonly { pair_id: string; reason: string }[] }>(
      `${system.url}/api/queues/${SILENT}/failed`,
    );
    expect(data).toMatchObject([{ pair_id: "pair_altered_quiet", reason: "unreadable_job" }]);
    const args = ["apps/cli/src/main.ts", "jobs", "discard", "pair_altered_quiet", "--url", system.url];
    expect((await spawnProcess("node", args).exit).code).toBe(0);
    expect(await queueDepth(system.url)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });
});

async function queueDepth(url: string): Promise<unknown> {
  return (await getJson<{ data: readonly { depth: unknown }[] }>(`${url}/api/queues`)).data[0]?.depth;
}

/** A job as an earlier gateway could have put it on the queue. */
function job(name: string, request: string) {
  const now = clock.now();
  return {
    version: 1,
    pair_id: `pair_${name}_quiet`,
    request_id: `req_${name}`,
    experiment: EXPERIMENT,
    primary_group: "primary-model",
    silent_model: SILENT,
    request,
    admitted_at: now,
    expires_at: now + 60_000,
    payloads: "full",
    retention_ms: 60_000,
  } as const;
}
