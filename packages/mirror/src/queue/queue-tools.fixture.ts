import type { QueueDepth } from "@understudy/contracts";
import type { Queue } from "bullmq";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { DeliveryRecorder } from "./delivery-recorder.fixture.ts";
import type { ConsumerOptions, QueueConsumer, Queues } from "./queues.ts";

/** Queues on one real backend, and a way to look behind them. */
export interface QueuesBench {
  readonly queues: Queues;
  /** BullMQ's own view of a silent model's queue. */
  inside(silentModel: string): Queue;
  /** Makes a waiting job one that has been taken away from so many dying workers. */
  setStalls(silentModel: string, jobId: string, stalls: number): Promise<void>;
  close(): Promise<void>;
}

/** What the tests of the queues work with. */
export interface QueueTools {
  readonly bench: () => QueuesBench;
  /** A silent model that no other test uses. */
  readonly newModel: () => string;
  readonly add: (model: string, jobs: readonly MirrorJob[]) => Promise<void>;
  readonly consume: (
    model: string,
    recorder: DeliveryRecorder,
    of?: Partial<ConsumerOptions>,
  ) => Promise<QueueConsumer>;
  readonly depthBecomes: (model: string, depth: Partial<QueueDepth>) => Promise<void>;
}
