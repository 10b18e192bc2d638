import type { Clock } from "@understudy/runtime";
import type { BodyStore } from "../bodies/body-store.ts";
import type { Consumer } from "./bull-consumer.ts";
import { eraseById, eraseJobs } from "./bull-eraser.ts";
import { type ExpiringQueue, forgetExpired } from "./bull-expiry.ts";
import { createBullInspector, type InspectedQueue } from "./bull-inspector.ts";
import { type BullQueue, createBullProducer } from "./bull-producer.ts";
import { createMirrorFormat } from "./mirror-format.ts";
import type { QueueKeys } from "../job/queue-keys.ts";
import { type QueueConsumer, queueName, type Queues } from "./queues.ts";
import { createReviewFormat } from "./review-format.ts";
import { REVIEW_QUEUE } from "../job/review-job.ts";

/** What a backend of BullMQ has to give. */
export interface BullBackend {
  /** Throws while the queue cannot be had. */
  readonly queueNamed: (name: string) => BullQueue & InspectedQueue & ExpiringQueue;
  readonly consumerOn: <Job>(consumer: Consumer<Job>) => QueueConsumer;
  /** Where large texts wait beside the queues. */
  readonly bodies: BodyStore;
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  /** Whether somebody collects spans of the queues. */
  readonly traced: boolean;
  readonly clock: Clock;
}

/** The silent models' queues and that of reviews, the same over every backend. */
export function createBullQueues(
  backend: BullBackend,
): Pick<Queues, "producer" | "inspect" | "erase" | "eraseReviews" | "forgetExpired" | "consumer" | "reviews"> {
  const { queueNamed, consumerOn, traced, clock } = backend;
  const format = createMirrorFormat(backend);
  const reviewFormat = createReviewFormat(backend);
  const queueOf = (silentModel: string) => queueNamed(queueName(silentModel));
  const producer = (silentModel: string) => createBullProducer({ format, queue: () => queueOf(silentModel), traced });
  return {
    producer,
    inspect: (silentModel) =>
      createBullInspector({ queue: () => queueOf(silentModel), producer: producer(silentModel), format, clock }),
    erase: async (silentModel, isMeant) => eraseJobs(queueOf(silentModel), format, isMeant),
    eraseReviews: async (pairIds) => (pairIds.length === 0 ? 0 : eraseById(queueNamed(REVIEW_QUEUE), pairIds)),
    forgetExpired: async (silentModel) => forgetExpired(queueOf(silentModel), format, clock.now()),
    consumer: ({ silentModel, ...options }) =>
      consumerOn({ ...options, format, queue: queueName(silentModel), of: silentModel }),
    reviews: {
      producer: createBullProducer({ format: reviewFormat, queue: () => queueNamed(REVIEW_QUEUE), traced }),
      consumer: (options) => consumerOn({ ...options, format: reviewFormat, queue: REVIEW_QUEUE, of: REVIEW_QUEUE }),
    },
  };
}
