import { type Managed, pollUntil, spawnProcess } from "@understudy/testkit";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { consumerOptions, NO_DEADLINE, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import type { MirrorQueues } from "./queues.ts";

const PROCESS = fileURLToPath(new URL("queues-process.fixture.ts", import.meta.url));
const HANGS = 3;

export interface HangingBench {
  readonly url: string;
  readonly queues: MirrorQueues;
  readonly close: () => Promise<void>;
}

/** Of jobs whose worker neither ends them nor dies: its process is there, and its event loop is not. */
export function hangingWorkersConform(open: () => Promise<HangingBench>): void {
  test("a job that every worker hangs over is put aside after three, and others go on", async () => {
    const { url, queues, close } = await open();
    await pollUntil(() => queues.ping().then(() => true));
    const producer = queues.producer("quiet");
    await producer.add([jobNumber(1)]);
    const hanging: Managed[] = [];
    for (let hang = 0; hang < HANGS; hang += 1) {
      const process = spawnProcess("node", [PROCESS, "hang", "quiet", url]);
      await process.line((line) => line["taken"] === jobNumber(1).pair_id);
      hanging.push(process);
    }
    const lost: unknown[] = [];
    const recorder = recordDeliveries();
    const consumer = queues.consumer(
      consumerOptions("quiet", recorder, { lost: async (data, reason) => void lost.push([data, reason]) }),
    );
    await consumer.start();
    await producer.add([jobNumber(2)]);
    await recorder.reached(1);
    await pollUntil(() => lost.length > 0, { what: "the job being put aside", timeoutMs: 30_000 });
    expect(lost).toEqual([[jobNumber(1), "stalled"]]);
    expect(recorder.ids()).toEqual([jobNumber(2).pair_id]);
    for (const process of hanging) process.kill("SIGKILL");
    await consumer.stop(NO_DEADLINE);
    await close();
  });
}
