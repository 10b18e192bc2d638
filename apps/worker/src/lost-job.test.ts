import { keepLines } from "@understudy/runtime/fixture";
import type { LossReason, MirrorJob } from "@understudy/mirror";
import { systemClock } from "@understudy/runtime";
import { createStore, openEmbedded, type Store } from "@understudy/store";
import { createMetrics } from "@understudy/telemetry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobNumber, noReview as admitReview, primaryRecord, simulatedConfig } from "./job.fixture.ts";
import { recordLostJob } from "./lost-job.ts";
import { createSavePair } from "./save-pair.ts";

let store: Store;

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock: systemClock });
  await store.migrate();
});
afterAll(() => store.close());

async function lose(data: unknown, reason: LossReason = "unreadable_job", memory: unknown = null) {
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const savePair = createSavePair({
    store,
    metrics,
    logger,
    config: simulatedConfig("http://127.0.0.1:9"),
    reviewed: () => simulatedConfig("http://127.0.0.1:9"),
    admitReview,
    sinks: null,
  });
  await recordLostJob({ data, reason, memory }, { savePair, store, clock: systemClock, logger });
  return lines;
}

describe("a job that will never be handled", () => {
  test("has its one outcome: dropped, and why", async () => {
    const job = jobNumber(1);
    await lose(job, "stalled");
    const pair = await store.pairs.read(job.pair_id);
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
    const pair = await store.pairs.read("pair_2_quiet");
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
    expect(await store.pairs.read(job.pair_id)).toMatchObject({ outcome: "paired", reason: null });
  });

  test("leaves an outcome that is there already as it is", async () => {
    await lose(jobNumber(3), "stalled");
    await lose(jobNumber(3), "unreadable_job");
    expect(await store.pairs.read("pair_3_quiet")).toMatchObject({ reason: "stalled" });
  });

  test("is counted as dropped where nothing but its id can be trusted, and no pair is made of it", async () => {
    const { pair_id, experiment: id } = jobNumber(5);
    const key = { id, primary: "primary-model", silent: "quiet" };
    const admissions = [{ pair_id, experiment: id, admitted_at: 1, expires_at: 2 }];
    const counts = [{ experiment: id, kind: "admitted", reason: "", count: 1 }] as const;
    await store.ledger.write({ id: "led_5", counts, admissions, withdrawn: [] }, [key]);
    const before = (await store.experiments.read(id))?.counts;
    for (let delivery = 0; delivery < 2; delivery += 1) await lose({ pair_id }, "unsealed_job");
    expect(await store.pairs.read(pair_id)).toBeNull();
    const after = (await store.experiments.read(id))?.counts;
    expect(after?.dropped).toEqual({ ...before?.dropped, unsealed_job: 1 });
    expect(after?.pending).toBe((before?.pending ?? 0) - 1);
  });

  test.each<readonly [string, object]>([
    ["an answer's place", { answer: undefined }],
    ["what was tried", { attempts: [null] }],
    ["a use that can be counted", { usage: 7 }],
    ["a failure's kind", { error: { message: "m" } }],
  ])("is dropped all the same where its primary is without %s", async (what, odd) => {
    const number = 100 + what.length;
    await lose({ ...jobNumber(number), primary: { ...primaryRecord(), ...odd } });
    expect(await store.pairs.read(`pair_${number}_quiet`)).toMatchObject({
      outcome: "dropped",
      reason: "unreadable_job",
    });
  });

  test("is dropped where the pair that waited with it cannot be stored as it is", async () => {
    const pair = { id: "pair_7_quiet", outcome: "paired", primary: { ...primaryRecord(), attempts: [null] } };
    await lose(jobNumber(7), "body_expired", { tries: 0, attempts: [], queueWaitMs: null, pair });
    expect(await store.pairs.read("pair_7_quiet")).toMatchObject({ outcome: "dropped", reason: "body_expired" });
  });

  test("is only logged where it is none of ours", async () => {
    const lines = await lose({ pair_id: "pair_of_nobody" });
    expect(lines).toMatchObject([{ fields: { pair_id: "pair_of_nobody", counted: false } }]);
    expect(await lose(null)).toHaveLength(1);
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
  ["with a pair id of an odd length", damaged({ pair_id: { length: { toString: null } } })],
  ["without a request", damaged({ request_id: undefined })],
  ["without a silent model", damaged({ silent_model: null })],
  ["without a primary", damaged({ primary: null })],
  ["with an unknown status", damaged({ primary: { ...primaryRecord(), status: "unheard of" } })],
])("a job damaged beyond reading is logged and no more: %s", async (_what, data) => {
  expect(await lose(data)).toMatchObject([{ level: "error", fields: { reason: "unreadable_job" } }]);
});

test("rejects while the store cannot be written, so that the job waits", async () => {
  const savePair = (): Promise<void> => Promise.reject(new Error("connect ECONNREFUSED"));
  const { logger } = keepLines();
  const job: MirrorJob = jobNumber(10);
  const lost = { data: job, reason: "stalled", memory: null } as const;
  await expect(recordLostJob(lost, { savePair, store, clock: systemClock, logger })).rejects.toThrow("ECONNREFUSED");
});
