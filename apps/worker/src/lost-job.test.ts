import type { LossReason, MirrorJob } from "@understudy/mirror";
import { systemClock } from "@understudy/runtime";
import { createPairStore, openEmbedded, type PairStore } from "@understudy/store";
import { createMetrics } from "@understudy/telemetry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobNumber, keepLines, noReview as admitReview, primaryRecord, simulatedConfig } from "./job.sample.ts";
import { recordLostJob } from "./lost-job.ts";
import { createSettlePair } from "./settle-pair.ts";

let store: PairStore;

beforeAll(async () => {
  store = createPairStore(await openEmbedded("memory"), { clock: systemClock });
  await store.migrate();
});
afterAll(() => store.close());

async function lose(data: unknown, reason: LossReason = "unreadable_job", memory: unknown = null) {
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const settle = createSettlePair({
    store,
    metrics,
    logger,
    config: simulatedConfig("http://127.0.0.1:9"),
    admitReview,
    sinks: null,
  });
  await recordLostJob({ data, reason, memory }, { settle, clock: systemClock, logger });
  return lines;
}

describe("a job that will never be handled", () => {
  test("has its one outcome: dropped, and why", async () => {
    const job = jobNumber(1);
    await lose(job, "stalled");
    const pair = await store.pair(job.pair_id);
    expect(pair).toMatchObject({
      outcome: "dropped",
      reason: "stalled",
      silent: null,
      request: null,
      comparison: null,
    });
    expect(pair?.primary).toEqual(job.primary);
  });

  test("of a version to come has it too, though half of it is unknown", async () => {
    const { request, retention_ms, payloads, ...rest } = jobNumber(2);
    await lose({ ...rest, version: 2, body_at: [request.length, retention_ms, payloads] });
    const pair = await store.pair("pair_2_quiet");
    // Nothing says that its texts may be kept.
    expect(pair).toMatchObject({ outcome: "dropped", reason: "unreadable_job", primary: { answer: { text: null } } });
  });

  test("that waited only for its pair to be stored has that pair, whatever became of its body", async () => {
    const job = jobNumber(4);
    const pair = {
      id: job.pair_id,
      experiment: job.experiment,
      request_id: job.request_id,
      silent_model: job.silent_model,
      outcome: "paired",
      reason: null,
      created_at: 1,
      primary: job.primary,
      silent: { ...primaryRecord(), role: "silent" },
      request: null,
      comparison: null,
    };
    await lose({ ...job, version: 2 }, "body_expired", { tries: 0, attempts: [], queueWaitMs: null, pair });
    expect(await store.pair(job.pair_id)).toMatchObject({ outcome: "paired", reason: null });
  });

  test("leaves an outcome that is there already as it is", async () => {
    await lose(jobNumber(3), "stalled");
    await lose(jobNumber(3), "unreadable_job");
    expect(await store.pair("pair_3_quiet")).toMatchObject({ reason: "stalled" });
  });
});

const damaged = (of: object): object => ({ ...jobNumber(9), ...of });

test.each([
  ["nothing", null],
  ["undefined", undefined],
  ["text", "job"],
  ["a list", [1]],
  ["another program's", { hello: "world" }],
  ["without a pair id", damaged({ pair_id: "" })],
  ["without a request", damaged({ request_id: undefined })],
  ["without a silent model", damaged({ silent_model: null })],
  ["without a primary", damaged({ primary: null })],
  ["with an unknown status", damaged({ primary: { ...primaryRecord(), status: "unheard of" } })],
  ["without an answer's place", damaged({ primary: { ...primaryRecord(), answer: undefined } })],
])("a job damaged beyond reading is logged and no more: %s", async (_what, data) => {
  expect(await lose(data)).toMatchObject([{ level: "error", fields: { reason: "unreadable_job" } }]);
});

test("rejects while the store cannot be written, so that the job waits", async () => {
  const settle = (): Promise<void> => Promise.reject(new Error("connect ECONNREFUSED"));
  const { logger } = keepLines();
  const job: MirrorJob = jobNumber(10);
  const lost = { data: job, reason: "stalled", memory: null } as const;
  await expect(recordLostJob(lost, { settle, clock: systemClock, logger })).rejects.toThrow("ECONNREFUSED");
});
