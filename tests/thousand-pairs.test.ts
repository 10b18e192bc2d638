import { describeWith, spawnProcess, stopAll } from "@understudy/testkit";
import { createSimulator } from "@understudy/simulator";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { allPairs, configText, experimentWhen, sendMany, startSystem, writeConfig } from "./support/system.ts";

const REQUESTS = 1_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "1,000 requests through separate processes on Redis", () => {
  test("give exactly 1,000 pairs, also when a worker is killed half way", async () => {
    const system = await startSystem({ workers: 2, silent: "gpt-4o@slow-20", appendonly: true });
    const [victim] = system.workers;
    let silentCalls = 0;
    const stopWatching = system.simulator.onRequest((request) => {
      const { model } = request.body as { model: string };
      if (model.startsWith("gpt-4o")) silentCalls += 1;
      // Half way it has jobs in hand: each is taken up again by the other worker.
      if (silentCalls === REQUESTS / 2) victim?.kill("SIGKILL");
    });
    const statuses = new Map<number, number>();
    await sendMany(system.url, REQUESTS, async (response) => {
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    });
    const { counts } = await experimentWhen(system.url, (detail) => detail.counts.paired >= REQUESTS);
    stopWatching();
    expect(statuses).toEqual(new Map([[200, REQUESTS]]));
    expect(await victim?.exit).toEqual({ code: null, signal: "SIGKILL" });
    const settled = await experimentWhen(system.url, (detail) => detail.counts.pending === 0);
    expect({ ...counts, ...settled.counts }).toMatchObject({
      admitted: REQUESTS,
      paired: REQUESTS,
      failed: 0,
      expired: 0,
      dropped: {},
      pending: 0,
    });
    const pairs = await allPairs(system.url);
    expect(pairs).toHaveLength(REQUESTS);
    expect(new Set(pairs.map((pair) => pair.request_id)).size).toBe(REQUESTS);
  });
});

test("1,000 requests through one process on the embedded database give exactly 1,000 pairs", async () => {
  const simulator = createSimulator();
  const { url: providerUrl } = await simulator.start();
  const dataDir = await mkdtemp(path.join(tmpdir(), "understudy-data-"));
  const config = await writeConfig(configText(providerUrl));
  const args = ["apps/cli/src/main.ts", "up", "--config", config, "--data-dir", dataDir, "--port", "0"];
  const up = spawnProcess("node", args);
  const { url } = await up.line((line) => line["message"] === "understudy listens");
  let answered = 0;
  await sendMany(String(url), REQUESTS, async (response) => {
    await response.arrayBuffer();
    if (response.status === 200) answered += 1;
  });
  const { counts } = await experimentWhen(
    String(url),
    ({ counts }) => counts.paired >= REQUESTS && counts.pending === 0,
  );
  expect(answered).toBe(REQUESTS);
  expect(counts).toMatchObject({ admitted: REQUESTS, paired: REQUESTS, failed: 0, dropped: {}, pending: 0 });
  expect(await allPairs(String(url))).toHaveLength(REQUESTS);
  up.kill("SIGTERM");
  expect(await up.exit).toEqual({ code: 0, signal: null });
  await simulator.stop();
});
