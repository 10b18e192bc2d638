import { resolveConfig } from "@understudy/config";
import { rollingOut, sampleRollout, stillControl } from "@understudy/control/fixture";
import { readSettings } from "@understudy/launch";
import { type LogFields, silentLogger, systemClock as clock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { sampleFinished } from "./finished-request.fixture.ts";
import { ThreadedAfterAnswer, type ThreadedDeps } from "./threaded-after-answer.ts";

const NO_DEADLINE = new AbortController().signal;
const SCRIPTED = new URL("../fixtures/scripted-thread.fixture.ts", import.meta.url);

const { settings } = readSettings([], { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", SPOOL_DIR: "off" }, [
  "database-url",
  "spool-dir",
]);
const config = resolveConfig({ model_list: [{ model_name: "main", litellm_params: { model: "openai/gpt" } }] }, {});

async function start(of: Partial<ThreadedDeps> = {}): Promise<ThreadedAfterAnswer> {
  const after = new ThreadedAfterAnswer({
    data: { config, settings },
    control: stillControl(),
    clock,
    logger: silentLogger,
    file: SCRIPTED,
    ...of,
  });
  for (const service of after.services) await service.start();
  onTestFinished(() => stop(after));
  return after;
}

async function stop(after: ThreadedAfterAnswer): Promise<void> {
  for (const service of after.services) await service.stop(NO_DEADLINE);
}

/** What the thread was told of: texts of requests, and what it would not see. */
async function told(after: ThreadedAfterAnswer): Promise<readonly object[]> {
  const [metric] = await after.metrics();
  return (metric?.values ?? []).map(({ value, labels }) => ({ ...labels, value }));
}

test("requests reach the thread in their order", async () => {
  const after = await start();
  for (const text of ["1", "2", "3"]) after.take(sampleFinished(text));
  const all = await pollUntil(() => told(after), { until: (seen) => seen.length === 3 });
  expect(all).toEqual([1, 2, 3].map((text) => ({ text: String(text), value: 1 })));
});

test("the thread starts with what was changed while it runs, is told of each change, and so is the one that takes its place", async () => {
  const control = stillControl(rollingOut(sampleRollout({ id: "first" })));
  const after = await start({ control });
  const rollouts = async () => (await told(after)).filter((one) => "rollouts" in one);
  expect(await rollouts()).toEqual([{ rollouts: "first", value: 1 }]);
  control.set(rollingOut(sampleRollout({ id: "second" })));
  expect(await rollouts()).toEqual([1, 2].map((number) => ({ rollouts: number === 1 ? "first" : "second", value: 1 })));
  after.take(sampleFinished("end yourself"));
  const again = await pollUntil(() => rollouts().catch(() => []), { until: (seen) => seen.length === 1 });
  expect(again).toEqual([{ rollouts: "second", value: 1 }]);
});

test("a thread that ends is replaced, and what it had not dealt with is counted by deployment", async () => {
  const said: (readonly [string, LogFields])[] = [];
  const logger = {
    ...silentLogger,
    error: (message: string, fields: LogFields = {}) => void said.push([message, fields]),
  };
  const after = await start({ logger });
  after.take(sampleFinished("never be done", { deployment: "d1" }));
  await pollUntil(() => told(after), { until: (seen) => seen.length === 1 });
  after.take(sampleFinished("end yourself", { deployment: "d2" }));
  await pollUntil(() => said.length > 0, { what: "the end of the thread being told" });
  expect(said[0]?.[0]).toContain("another takes its place");
  expect(JSON.stringify(said[0]?.[1])).toContain("it was told to end");
  // Nobody is there to take it, and readiness says so.
  await expect(after.metrics()).rejects.toThrow("the thread that records and mirrors has ended");
  after.take(sampleFinished("meanwhile", { deployment: "d2" }));
  const all = await pollUntil(() => told(after), { until: (seen) => seen.length === 2 });
  expect(all).toEqual([
    { notTaken: "d1", value: 1 },
    { notTaken: "d2", value: 2 },
  ]);
  after.take(sampleFinished("and on"));
  await pollUntil(() => told(after), { until: (seen) => seen.length === 3 });
});

test("whoever waits for the figures of a thread that ends is told", async () => {
  const after = await start();
  after.take(sampleFinished("end yourself"));
  await setImmediate();
  await expect(after.metrics()).rejects.toThrow("the thread that records and mirrors has ended");
});

test("stopping brings out what was taken in the same moment", async () => {
  const after = await start();
  after.take(sampleFinished("the last"));
  await stop(after);
  expect(after.sinks()).toEqual([{ name: "the last" }]);
});

test("a spool that cannot be used stops the start with the setting's own words", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "understudy-after-")), "a-file");
  writeFileSync(file, "");
  const data = { config, settings: { ...settings, redisUrl: "redis://127.0.0.1:1", spoolDir: file } };
  const after = new ThreadedAfterAnswer({ data, control: stillControl(), clock, logger: silentLogger });
  const started = after.services[0]?.start();
  await expect(started).rejects.toThrow(`--spool-dir (SPOOL_DIR): ${file} cannot be used`);
  await expect(started).rejects.toHaveProperty("name", "SettingsError");
});
