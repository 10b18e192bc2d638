import type { Report } from "@understudy/evaluation";
import { createSimulator } from "@understudy/simulator";
import type { ExperimentDetail } from "@understudy/store";
import { describeWith, type Managed, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  chatBody,
  configText,
  EXPERIMENT,
  experimentWhen,
  getJson,
  send,
  startSystem,
  type System,
  writeConfig,
} from "./support/system.ts";

const REPLAYED = "primary-model~other-model~replay";
const OTHER = "gpt-4o-mini";

afterAll(stopAll);

/** A priced candidate that no traffic is mirrored to, one whose price nobody knows, and one without a queue. */
const candidates = (providerUrl: string): string => `
  - model_name: other-model
    litellm_params: { model: openai/${OTHER}, api_base: "${providerUrl}/v1", api_key: sk-test-other, input_cost_per_token: 0.00001, output_cost_per_token: 0.00001 }
  - model_name: unpriced-model
    litellm_params: { model: openai/nobody-knows-it, api_base: "${providerUrl}/v1", api_key: sk-test-other }
  - model_name: idle-model
    litellm_params: { model: openai/${OTHER}, api_base: "${providerUrl}/v1", api_key: sk-test-other }
mirror_settings:
  replay_models: [other-model, unpriced-model]
`;

function replay(env: Readonly<Record<string, string>>, ...flags: readonly string[]): Managed {
  const args = ["apps/cli/src/main.ts", "replay", "--experiment", EXPERIMENT, "--silent", "other-model", ...flags];
  return spawnProcess("node", args, { env });
}

async function resultOf(run: Managed): Promise<Record<string, unknown>> {
  expect(await run.exit, run.stderr()).toEqual({ code: 0, signal: null });
  return JSON.parse(textOf(run)) as Record<string, unknown>;
}

/** Standard output; a line that is an object by itself is kept parsed. */
const textOf = ({ lines }: Managed): string =>
  lines.map((line) => (typeof line["text"] === "string" ? line["text"] : JSON.stringify(line))).join("\n");

async function mirrored(system: System, count: number): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const sendOn = async (): Promise<void> => {
    for (const index of indexes) await (await send(system.url, chatBody(`What is ${index} plus ${index}?`))).text();
  };
  await Promise.all(Array.from({ length: 8 }, sendOn));
  await experimentWhen(system.url, ({ counts }) => counts.paired === count);
}

/** What the candidate was asked, in the order in which it was. */
const asked = (system: System): readonly string[] =>
  system.simulator
    .requests()
    .filter(({ model }) => model === OTHER)
    .map(({ body }) => JSON.stringify((body as { messages: unknown }).messages));

/** As when the retention of the oldest pairs is over. */
async function withoutTexts({ databaseUrl }: System, count: number): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  const oldest = "SELECT id FROM understudy.pairs ORDER BY created_at, id LIMIT $1";
  await client.query(`UPDATE understudy.pairs SET texts_expire_at = 1 WHERE id IN (${oldest})`, [count]);
  await client.end();
}

const detailOf = (system: System): Promise<ExperimentDetail> => getJson(`${system.url}/api/experiments/${REPLAYED}`);

await describeWith({ redis: true, postgres: true }, "understudy replay", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ more: candidates });
    await mirrored(system, 60);
  });

  test("says what is wrong, and what to write", async () => {
    const wrong: readonly (readonly [string[], string])[] = [
      [["--silent", "other-modle"], "--silent: no model group is called other-modle; did you mean other-model?"],
      [["--silent", "idle-model"], "idle-model has no queue, because nothing is mirrored to it; write"],
      [["--experiment", `${EXPERIMENT}x`], `--experiment: there is no ${EXPERIMENT}x; did you mean ${EXPERIMENT}?`],
      [["--silent", "unpriced-model", "--budget-usd", "1"], "the price of unpriced-model is not known"],
      [["--limit", "some"], "--limit: some is no whole number above 0"],
      [["--since", "soon"], "--since: soon is no time"],
      [["--until", "99999999999999999999"], "--until: 99999999999999999999 is no time"],
    ];
    for (const [flags, message] of wrong) {
      const run = replay(system.env, ...flags);
      expect(await run.exit).toEqual({ code: 1, signal: null });
      expect(run.stderr()).toContain(message);
    }
    expect(asked(system)).toEqual([]);
  });

  test("tells beforehand how many and for how much, and sends nothing", async () => {
    await withoutTexts(system, 4);
    const result = await resultOf(replay(system.env, "--dry-run", "--format", "json"));
    expect(result).toMatchObject({
      dry_run: true,
      experiment: REPLAYED,
      sent: 56,
      without_texts: 4,
      ended_by: "all_sent",
    });
    expect(result["estimated_usd"]).toBeGreaterThan(0);
    const some = replay(system.env, "--dry-run", "--limit", "7");
    await some.exit;
    expect(textOf(some)).toMatch(/^7 requests of .* for about \$0\.\d{4}, and the limit is reached\./);
    const none = await resultOf(replay(system.env, "--dry-run", "--until", "1h", "--format", "json"));
    expect(none).toMatchObject({ sent: 0, without_texts: 0 });
    expect(asked(system)).toEqual([]);
  });

  test("stops at its budget", async () => {
    const { estimated_usd } = await resultOf(replay(system.env, "--dry-run", "--format", "json"));
    const cap = Number(estimated_usd) / 2;
    const run = replay(system.env, "--budget-usd", cap.toFixed(8), "--format", "json");
    const result = await resultOf(run);
    expect(result).toMatchObject({ ended_by: "budget", pending: 0 });
    expect(result["sent"]).toBe(asked(system).length);
    expect(Number(result["sent"])).toBeGreaterThan(5);
    expect(Number(result["sent"])).toBeLessThan(56);
    const detail = await detailOf(system);
    expect(detail.sides.silent.cost_usd).toBeCloseTo(Number(result["spent_usd"]), 9);
    expect(detail.sides.silent.cost_usd).toBeLessThanOrEqual(cap);
    expect(run.stderr()).toContain("replay [");
    const again = await resultOf(replay(system.env, "--budget-usd", cap.toFixed(8), "--format", "json"));
    expect(again).toMatchObject({ ended_by: "budget", sent: 0, already_replayed: result["sent"] });
  });

  test("goes on where it was, to its end, with the stored primaries", async () => {
    const primaries = system.simulator.requests().filter(({ model }) => model === "gpt-3.5-turbo").length;
    const limited = await resultOf(replay(system.env, "--limit", "50", "--format", "json"));
    expect(limited).toMatchObject({ ended_by: "limit", pending: 0 });
    expect(Number(limited["already_replayed"]) + Number(limited["sent"])).toBe(50);
    const rest = replay(system.env);
    expect(await rest.exit, rest.stderr()).toEqual({ code: 0, signal: null });
    expect(textOf(rest)).toContain("6 sent = 6 paired + 0 failed + 0 expired + 0 dropped + 0 pending");
    expect(textOf(rest)).toContain("4 were skipped: their texts are not kept.");
    expect(asked(system)).toHaveLength(56);
    expect(new Set(asked(system)).size).toBe(56);
    expect(system.simulator.requests().filter(({ model }) => model === "gpt-3.5-turbo")).toHaveLength(primaries);
    const { counts, replay: mark } = await detailOf(system);
    expect([mark, counts.admitted, counts.paired, counts.pending, counts.lost]).toEqual([true, 56, 56, 0, 0]);
    const report = await getJson<Report>(`${system.url}/api/experiments/${REPLAYED}/report`);
    expect(report.experiment).toMatchObject({ replay: true, primary: "primary-model", silent: "other-model" });
    expect(report.warnings[0]).toContain("latency is compared across times");
    expect(report.selection.sample_ratio).toBeNull();
    expect(report.pairs.called).toBe(56);
  });
});

await describeWith({ redis: true, postgres: true }, "understudy replay, killed half way", () => {
  test("sends no request twice when it is run again", async () => {
    const system = await startSystem({ more: candidates });
    await mirrored(system, 120);
    // Under a cap the first ones go out few at a time, so that there is a half way.
    const first = replay(system.env, "--budget-usd", "10", "--format", "json");
    await system.simulator.firstRequest(({ model }) => model === OTHER);
    first.kill("SIGKILL");
    await first.exit;
    const half = await detailOf(system);
    expect(half.counts.admitted).toBeGreaterThan(0);
    expect(half.counts.admitted).toBeLessThan(120);
    const second = await resultOf(replay(system.env, "--format", "json"));
    expect(second).toMatchObject({ ended_by: "all_sent", pending: 0, failed: 0 });
    expect(Number(second["already_replayed"]) + Number(second["sent"])).toBe(120);
    expect(asked(system)).toHaveLength(120);
    expect(new Set(asked(system)).size).toBe(120);
    const { counts } = await detailOf(system);
    expect([counts.admitted, counts.paired, counts.pending]).toEqual([120, 120, 0]);
  });

  test("goes on after a signal, and says so", async () => {
    const system = await startSystem({ more: candidates, workers: 0 });
    const worker = await system.startWorker();
    await mirrored(system, 10);
    worker.kill();
    await worker.exit;
    const first = replay(system.env, "--format", "json");
    await pollUntil(() => detailOf(system).then(({ counts }) => counts.pending === 10), { what: "ten claims" });
    first.kill("SIGINT");
    expect(await first.exit).toEqual({ code: 130, signal: null });
    expect(JSON.parse(textOf(first))).toMatchObject({ ended_by: "interrupted", sent: 10, pending: 10 });
    await system.startWorker();
    const second = await resultOf(replay(system.env, "--format", "json"));
    expect(Number(second["already_replayed"]) + Number(second["sent"])).toBe(10);
    expect(asked(system)).toHaveLength(10);
  });
});

test("understudy replay on the embedded database of a stopped instance is the worker too", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-replay-"));
  const simulator = createSimulator();
  const { url: providerUrl } = await simulator.start();
  const config = await writeConfig(configText(providerUrl, { more: candidates }));
  const env = { UNDERSTUDY_CONFIG: config, DATA_DIR: folder };
  const up = spawnProcess("node", ["apps/cli/src/main.ts", "up", "--port", "0"], { env });
  const url = String((await up.line((line) => line["message"] === "understudy listens"))["url"]);
  await (await send(url, chatBody("What is 2 plus 2?"))).text();
  await experimentWhen(url, ({ counts }) => counts.paired === 1);
  const busy = replay(env);
  expect(await busy.exit).toEqual({ code: 1, signal: null });
  expect(busy.stderr()).toContain("is in use by process");
  up.kill("SIGTERM");
  await up.exit;
  expect(await resultOf(replay(env, "--format", "json"))).toMatchObject({ paired: 1, pending: 0 });
  await simulator.stop();
});
