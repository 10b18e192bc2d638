import type { Service } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { consumerOptions, recordDeliveries } from "./delivery-recorder.fixture.ts";
import type { CarriageBench } from "./large-and-sealed.conformance.ts";
import { jobNumber, primaryRecord } from "../job/mirror-job.fixture.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { queueKeys } from "../job/queue-keys.fixture.ts";
import type { MirrorQueues } from "./queues.ts";

const LARGE = "0123456789abcdef".repeat(12_800);

/** What becomes of the texts of jobs that have failed for good. */
export function describeForgetting(name: string, open: () => Promise<CarriageBench>): void {
  describe.each([
    ["in plain text", null],
    ["sealed", queueKeys("one")],
  ])(`jobs that have failed on ${name}, %s`, (_how, keys) => {
    let bench: CarriageBench;
    let queues: MirrorQueues;
    let numbers = 0;
    const consumers: Service[] = [];

    beforeAll(async () => {
      bench = await open();
      queues = await bench.queues(keys);
    });
    afterEach(() => Promise.all(consumers.splice(0).map((consumer) => consumer.stop(AbortSignal.abort()))));
    afterAll(() => bench.close());

    /** Failed for good, after it had remembered something. */
    async function failed(text: string, of: Partial<MirrorJob>): Promise<MirrorJob> {
      numbers += 1;
      const answer = { text: `said ${text}`, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 };
      const primary = primaryRecord({ request_id: `req_${numbers}`, answer });
      const request = JSON.stringify({ messages: [{ role: "user", content: text }] });
      const job = jobNumber(numbers, { silent_model: `gone-${numbers}`, request, primary, expires_at: 4e12, ...of });
      await queues.producer(job.silent_model).add([job]);
      const recorder = recordDeliveries(async (delivery, number) => {
        if (number > 1) return { kind: "failed", code: "bad_request", message: "bad_request (HTTP 400)" };
        await delivery.remember({ tries: 1 });
        return { kind: "again", afterMs: 1 };
      });
      const consumer = queues.consumer(consumerOptions(job.silent_model, recorder));
      consumers.push(consumer);
      await consumer.start();
      const state = (): Promise<string> => bench.inside(job.silent_model).getJobState(job.pair_id);
      await pollUntil(state, { what: "a failed job", until: (is) => is === "failed" });
      return job;
    }

    test.each([
      ["a small one", "canary-9d1e"],
      ["a large one", `canary-9d1e ${LARGE}`],
    ])("under metrics_only %s keeps no text, and is not retried", async (_size, text) => {
      const job = await failed(text, { payloads: "metrics_only" });
      await pollUntil(() => bench.bodies(), { what: "no body", until: (bodies) => !bodies.has(job.request_id) });
      expect(await bench.everything()).not.toContain("canary-9d1e");
      const reopen = (): never => {
        throw new Error("the outcome must stay");
      };
      const inspector = queues.inspect(job.silent_model);
      expect(await inspector.retry("failed", job.pair_id, reopen)).toEqual({ kind: "refused", why: "texts_gone" });
    });

    test("others keep theirs as long as their retention, and are forgotten then with their bodies", async () => {
      const [kept, past] = [await failed(LARGE, {}), await failed(LARGE, { retention_ms: 0 })];
      expect(await queues.forgetExpired(kept.silent_model)).toBe(0);
      expect(await queues.forgetExpired(past.silent_model)).toBe(1);
      expect(await queues.forgetExpired(past.silent_model)).toBe(0);
      const stateOf = ({ silent_model, pair_id }: MirrorJob): Promise<string> =>
        bench.inside(silent_model).getJobState(pair_id);
      expect([await stateOf(kept), await stateOf(past)]).toEqual(["failed", "unknown"]);
      expect([...(await bench.bodies()).keys()]).toEqual([kept.request_id]);
    });
  });
}
