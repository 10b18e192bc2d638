import type { JobState, QueuedJobPage, Reopening } from "@understudy/contracts";
import { systemClock as clock } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import { recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import type { QueueInspector, ReopenPair } from "./queue-inspector.ts";
import type { QueueTools } from "./queue-tools.fixture.ts";

const idOf = (number: number): string => jobNumber(number).pair_id;
const NOW = AbortSignal.abort();

/** Takes every outcome back, and keeps what it was asked. */
function reopenAll(): { readonly reopen: ReopenPair; readonly asked: Reopening[] } {
  const asked: Reopening[] = [];
  return { asked, reopen: (pair) => (asked.push(pair), Promise.resolve("reopened")) };
}

/** Of the operator's side of a queue, whatever stands behind it. */
export function inspectorConforms({ bench, newModel, add, consume, depthBecomes }: QueueTools): void {
  const inspect = (model: string): QueueInspector => bench().queues.inspect(model);
  const failedIds = async (model: string): Promise<readonly string[]> =>
    (await inspect(model).jobs("failed", { limit: 100, cursor: null })).data.map(({ pair_id }) => pair_id);

  /** A model whose jobs of these numbers have failed, in this order, each after a note was kept with it. */
  async function failedModel(numbers: readonly number[]): Promise<string> {
    const model = newModel();
    const recorder = recordDeliveries(async (delivery) => {
      await delivery.remember({ tries: 3 });
      return { kind: "failed", message: "server_error: it said no" };
    });
    await add(
      model,
      numbers.map((number) => jobNumber(number)),
    );
    const consumer = await consume(model, recorder, { concurrency: 1 });
    await depthBecomes(model, { failed: numbers.length });
    await consumer.stop(NOW);
    return model;
  }

  describe("an operator", () => {
    test("sees the depth, and the age of what is next in line", async () => {
      const model = newModel();
      const none = { oldest_ms: null, oldest_delayed_ms: null, paused: false, resting_ms: null };
      expect(await inspect(model).health()).toEqual({
        ...none,
        depth: { waiting: 0, active: 0, delayed: 0, failed: 0 },
      });
      const [older, newer] = [clock.now() - 60_000, clock.now() - 1_000];
      await add(model, [jobNumber(1, { admitted_at: older }), jobNumber(2, { admitted_at: newer })]);
      const { depth, oldest_ms, oldest_delayed_ms } = await inspect(model).health();
      expect([depth.waiting, oldest_delayed_ms]).toEqual([2, null]);
      expect(oldest_ms).toBeGreaterThanOrEqual(60_000);
      expect(oldest_ms).toBeLessThan(90_000);
    });

    test("sees the age of what waits for another try, and that a queue is paused", async () => {
      const model = newModel();
      await add(model, [jobNumber(1, { admitted_at: clock.now() - 60_000 })]);
      await consume(
        model,
        recordDeliveries(() => ({ kind: "again", afterMs: 60_000 })),
      );
      await depthBecomes(model, { delayed: 1 });
      await bench().inside(model).pause();
      await add(model, [jobNumber(2, { admitted_at: clock.now() - 5_000 })]);
      const { depth, paused, oldest_ms, oldest_delayed_ms } = await inspect(model).health();
      expect([depth.waiting, paused, (oldest_delayed_ms ?? 0) >= 60_000]).toEqual([1, true, true]);
      expect(oldest_ms).toBeGreaterThanOrEqual(5_000);
    });

    test("sees how long the silent model is left to rest, and takes a full minute's requests for no rest", async () => {
      const model = newModel();
      await add(model, jobNumbers(3));
      const recorder = recordDeliveries();
      await consume(model, recorder, { requestsPerMinute: 2 });
      await depthBecomes(model, { waiting: 1 });
      expect((await inspect(model).health()).resting_ms).toBeNull();
      await bench().inside(model).rateLimit(60_000);
      const { resting_ms } = await inspect(model).health();
      expect(resting_ms).toBeGreaterThan(50_000);
      expect(resting_ms).toBeLessThanOrEqual(60_000);
    });

    test("sees which jobs failed, newest first, and why, and nothing of what they hold", async () => {
      const model = await failedModel([1, 2]);
      const { data, next_cursor } = await inspect(model).jobs("failed", { limit: 10, cursor: null });
      const job = jobNumber(2);
      expect(next_cursor).toBeNull();
      expect(data.map(({ pair_id }) => pair_id)).toEqual([idOf(2), idOf(1)]);
      expect(data[0]).toEqual({
        pair_id: job.pair_id,
        experiment: job.experiment,
        request_id: job.request_id,
        reason: "server_error: it said no",
        failed_at: expect.any(Number),
        admitted_at: job.admitted_at,
        attempts: 1,
      });
      expect(JSON.stringify(data)).not.toContain("Say hello");
    });

    test("turns the page to the next ones, whatever fails or goes in between", async () => {
      const model = await failedModel([1, 2, 3, 4, 5]);
      const page = (cursor: string | null): Promise<QueuedJobPage> =>
        inspect(model).jobs("failed", { limit: 2, cursor });
      const first = await page(null);
      expect(first.data.map(({ pair_id }) => pair_id)).toEqual([idOf(5), idOf(4)]);
      await inspect(model).discard("failed", idOf(5));
      const second = await page(first.next_cursor);
      expect(second.data.map(({ pair_id }) => pair_id)).toEqual([idOf(3), idOf(2)]);
      const last = await page(second.next_cursor);
      expect([last.data.map(({ pair_id }) => pair_id), last.next_cursor]).toEqual([[idOf(1)], null]);
      expect((await page("made up")).data.map(({ pair_id }) => pair_id)).toEqual([idOf(4), idOf(3)]);
    });

    test("retries a job: it is delivered as if it were new, with its time from now", async () => {
      const model = await failedModel([1]);
      const { reopen, asked } = reopenAll();
      const before = clock.now();
      expect(await inspect(model).retry("failed", idOf(1), reopen)).toEqual({ kind: "retried" });
      const recorder = recordDeliveries();
      await consume(model, recorder);
      await recorder.reached(1);
      const original = jobNumber(1);
      const [delivery] = recorder.deliveries;
      const { admitted_at = 0, expires_at = 0 } = delivery?.job ?? {};
      expect(delivery?.memory).toBeNull();
      expect(delivery?.job).toEqual({ ...original, admitted_at, expires_at });
      expect(admitted_at).toBeGreaterThanOrEqual(before);
      expect(expires_at - admitted_at).toBe(original.expires_at - original.admitted_at);
      const { experiment: id, primary_group: primary, silent_model: silent } = original;
      const experiment = { id, primary, silent, replay: false };
      const failed_at = expect.any(Number) as number;
      expect(asked).toEqual([{ pair_id: idOf(1), experiment, failed_at, admitted_at, expires_at }]);
      await depthBecomes(model, {});
    });

    test("finds a job that was retried half way among the failed ones, and can go on", async () => {
      const model = await failedModel([1]);
      const away = (): Promise<never> => Promise.reject(new Error("the database is away"));
      await expect(inspect(model).retry("failed", idOf(1), away)).rejects.toThrow("the database is away");
      expect(await failedIds(model)).toEqual([idOf(1)]);
      expect(await inspect(model).retry("failed", idOf(1), () => Promise.resolve("open"))).toEqual({ kind: "retried" });
      await depthBecomes(model, { waiting: 1 });
    });

    test("is told why a job cannot be retried, and it stays", async () => {
      const model = await failedModel([1, 2]);
      const { reopen, asked } = reopenAll();
      await bench().setStalls(model, idOf(1), 3);
      await bench().inside(model).add("mirror", { version: 99 }, { jobId: "pair_x" });
      await consume(model, recordDeliveries());
      await depthBecomes(model, { failed: 3 });
      const retry = (id: string, by = reopen) => inspect(model).retry("failed", id, by);
      expect(await retry(idOf(1))).toEqual({ kind: "refused", why: "stalled" });
      expect(await retry("pair_x")).toEqual({ kind: "refused", why: "unreadable_job" });
      expect(await retry(idOf(2), () => Promise.resolve("ended"))).toEqual({ kind: "refused", why: "ended" });
      expect(await retry(idOf(9))).toEqual({ kind: "not_there" });
      expect(asked).toEqual([]);
      expect((await failedIds(model)).toSorted()).toEqual([idOf(1), idOf(2), "pair_x"].toSorted());
    });

    test("by several at once, a job is retried once", async () => {
      const model = await failedModel([1]);
      let outcomes = 1;
      const reopen: ReopenPair = () => Promise.resolve(outcomes-- > 0 ? "reopened" : "ended");
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => inspect(model).retry("failed", idOf(1), reopen)),
      );
      expect(answers.filter(({ kind }) => kind === "retried")).toHaveLength(1);
      await depthBecomes(model, { waiting: 1 });
    });

    test("finds a job in no other state than its own", async () => {
      const model = newModel();
      const { reopen, asked } = reopenAll();
      await add(model, [jobNumber(1)]);
      for (const state of ["failed", "delayed", "active"] as const) {
        expect(await inspect(model).retry(state, idOf(1), reopen)).toEqual({ kind: "not_there" });
        expect(await inspect(model).discard(state, idOf(1))).toBe("not_there");
        expect((await inspect(model).jobs(state, { limit: 10, cursor: null })).data).toEqual([]);
      }
      expect(asked).toEqual([]);
      await depthBecomes(model, { waiting: 1 });
    });

    /** Ids of the jobs of a state, page by page. */
    async function idsIn(model: string, state: JobState): Promise<readonly string[]> {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page: QueuedJobPage = await inspect(model).jobs(state, { limit: 2, cursor });
        ids.push(...page.data.map(({ pair_id }) => pair_id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      return ids;
    }

    test("sees what waits, next in line first, and discards it", async () => {
      const model = newModel();
      await add(model, jobNumbers(5));
      expect(await idsIn(model, "waiting")).toEqual([0, 1, 2, 3, 4].map(idOf));
      const [first] = (await inspect(model).jobs("waiting", { limit: 1, cursor: null })).data;
      expect(first).toMatchObject({ reason: "", failed_at: null, admitted_at: jobNumber(0).admitted_at, attempts: 0 });
      const { reopen } = reopenAll();
      expect(await inspect(model).retry("waiting", idOf(0), reopen)).toEqual({ kind: "refused", why: "waiting" });
      expect(await inspect(model).discard("waiting", idOf(1))).toBe("discarded");
      expect((await inspect(model).discardAll("waiting", 2)).toSorted()).toEqual([idOf(0), idOf(2)]);
      expect(await idsIn(model, "waiting")).toEqual([idOf(3), idOf(4)]);
    });

    test("sees what waits for another try, due first, has it delivered now, and discards it", async () => {
      const model = newModel();
      const recorder = recordDeliveries(async (delivery, number) => {
        await delivery.remember({ number });
        return { kind: "again", afterMs: 60_000 };
      });
      await add(model, jobNumbers(4));
      const consumer = await consume(model, recorder, { concurrency: 1 });
      await depthBecomes(model, { delayed: 4 });
      await consumer.stop(NOW);
      expect(await idsIn(model, "delayed")).toEqual([0, 1, 2, 3].map(idOf));
      const { reopen, asked } = reopenAll();
      expect(await inspect(model).retry("delayed", idOf(2), reopen)).toEqual({ kind: "retried" });
      expect(await inspect(model).discard("delayed", idOf(0))).toBe("discarded");
      expect(await inspect(model).discardAll("delayed", 1)).toEqual([idOf(1)]);
      expect(await inspect(model).retryAll("delayed", 10, reopen)).toEqual({ retried: 1, refused: [] });
      expect(asked).toEqual([]);
      const later = recordDeliveries();
      await consume(model, later);
      await later.reached(2);
      expect(later.ids().toSorted()).toEqual([idOf(2), idOf(3)]);
      expect(later.deliveries[0]?.memory).toEqual({ number: expect.any(Number) });
      await depthBecomes(model, {});
    });

    test("sees what a worker has, and takes nothing from it", async () => {
      const model = newModel();
      const gate = Promise.withResolvers<void>();
      await add(model, jobNumbers(2));
      const recorder = recordDeliveries(() => gate.promise.then(() => ({ kind: "done" as const })));
      await consume(model, recorder, { concurrency: 2 });
      await recorder.reached(2);
      expect((await idsIn(model, "active")).toSorted()).toEqual([idOf(0), idOf(1)]);
      const { reopen } = reopenAll();
      expect(await inspect(model).retry("active", idOf(0), reopen)).toEqual({ kind: "refused", why: "active" });
      expect(await inspect(model).discard("active", idOf(0))).toBe("taken");
      expect(await inspect(model).discardAll("active", 10)).toEqual([]);
      gate.resolve();
      await depthBecomes(model, {});
    });

    test("discards a job, once, and its id is free again", async () => {
      const model = await failedModel([1, 2]);
      expect([
        await inspect(model).discard("failed", idOf(1)),
        await inspect(model).discard("failed", idOf(1)),
      ]).toEqual(["discarded", "not_there"]);
      expect(await failedIds(model)).toEqual([idOf(2)]);
      expect(await bench().inside(model).getJob(idOf(1))).toBeUndefined();
    });

    test("retries or discards all that are failed now, oldest first and no more than asked", async () => {
      const model = await failedModel(jobNumbers(5).map((_, number) => number));
      const ended: ReopenPair = ({ pair_id }) => Promise.resolve(pair_id === idOf(1) ? "ended" : "reopened");
      expect(await inspect(model).retryAll("failed", 3, ended)).toEqual({
        retried: 2,
        refused: [{ pair_id: idOf(1), why: "ended" }],
      });
      await depthBecomes(model, { waiting: 2, failed: 3 });
      expect(await failedIds(model)).toEqual([idOf(4), idOf(3), idOf(1)]);
      expect(await inspect(model).discardAll("failed", 2)).toHaveLength(2);
      expect(await failedIds(model)).toEqual([idOf(4)]);
      expect(await inspect(model).discardAll("failed", 100)).toHaveLength(1);
      await depthBecomes(model, { waiting: 2 });
    });
  });
}
