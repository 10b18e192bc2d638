import { resolveConfig } from "@understudy/config";
import { createPostgresQueues, type MirrorQueues } from "@understudy/mirror";
import { silentLogger, systemClock } from "@understudy/runtime";
import { createStore, type Database, openEmbedded } from "@understudy/store";
import type { WebhookFact } from "@understudy/telemetry";
import { pollUntil } from "@understudy/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobNumber, primaryRecord } from "./job.fixture.ts";
import { createSilentModelWatch } from "./watch-silent-models.ts";

let database: Database;
let queues: MirrorQueues;
beforeAll(async () => {
  database = await openEmbedded("memory");
  await createStore(database, { clock: systemClock }).migrate();
  queues = createPostgresQueues({ pool: database.queuePool, clock: systemClock, logger: silentLogger });
  await pollUntil(() => queues.ping().then(() => true));
});
afterAll(async () => {
  await queues.close();
  await database.close();
});

function watching(max_queue_length = 10) {
  const model_list = [
    { model_name: "main", litellm_params: { model: "openai/x", silent_model: "quiet" } },
    { model_name: "quiet", litellm_params: { model: "openai/y" } },
  ];
  const { silentModels } = resolveConfig({ model_list, mirror_settings: { max_queue_length } }, {});
  const told: WebhookFact[] = [];
  const watch = createSilentModelWatch({
    silentModels: () => silentModels,
    settings: { failureRate: 0.5, queueShare: 0.8 },
    queues,
    tell: (fact) => void told.push(fact),
    clock: systemClock,
    logger: silentLogger,
  });
  return { watch, told };
}

const good = primaryRecord({ role: "silent" });
const bad = primaryRecord({
  role: "silent",
  status: "error",
  error: { kind: "server_error", status: 500, message: "no", type: null, code: null, param: null },
});

test("a silent model that fails is told of once, and again only after it has been well", () => {
  const { watch, told } = watching();
  for (let call = 0; call < 19; call += 1) watch.callEnded("quiet", bad);
  expect(told).toEqual([]);
  for (let call = 0; call < 30; call += 1) watch.callEnded("quiet", bad);
  expect(told).toMatchObject([
    { type: "silent_model_failing", subject: "quiet", data: { failed: 20, of: 20, last_error: "server_error" } },
  ]);
  for (let call = 0; call < 50; call += 1) watch.callEnded("quiet", good);
  for (let call = 0; call < 50; call += 1) watch.callEnded("quiet", bad);
  expect(told).toHaveLength(2);
});

test("a few failures among many calls are nothing to tell", () => {
  const { watch, told } = watching();
  for (let call = 0; call < 200; call += 1) watch.callEnded("quiet", call % 3 === 0 ? bad : good);
  expect(told).toEqual([]);
});

test("a queue that fills up is told of once", async () => {
  const { watch, told } = watching();
  const add = (from: number, to: number) =>
    queues
      .producer("quiet")
      .add(Array.from({ length: to - from }, (_, index) => jobNumber(from + index, { silent_model: "quiet" })));
  await add(0, 7);
  await watch.lookAtQueues();
  expect(told).toEqual([]);
  await add(7, 9);
  await watch.lookAtQueues();
  await watch.lookAtQueues();
  expect(told).toMatchObject([{ type: "queue_backing_up", subject: "quiet", data: { jobs: 9, max_queue_length: 10 } }]);
});

test("a budget that is reached is one message a day, whoever finds out", () => {
  const { watch, told } = watching();
  watch.budgetReached("quiet", "2026-11-24", 5);
  watch.budgetReached("quiet", "2026-11-24", 5);
  expect(new Set(told.map(({ occasion }) => occasion))).toEqual(new Set(["2026-11-24"]));
  expect(told[0]).toMatchObject({ type: "budget_reached", data: { daily_budget_usd: 5 } });
});
