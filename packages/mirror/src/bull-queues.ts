import type { Clock, Service } from "@understudy/runtime";
import type { BodyStore } from "./body-store.ts";
import type { Consumer } from "./bull-consumer.ts";
import { createBullInspector, type InspectedQueue } from "./bull-inspector.ts";
import { type BullQueue, createBullProducer } from "./bull-producer.ts";
import { createMirrorCarrier } from "./mirror-carrier.ts";
import type { QueueKeys } from "./queue-keys.ts";
import { queueName, type Queues } from "./queues.ts";
import { createReviewCarrier } from "./review-carrier.ts";
import { REVIEW_QUEUE } from "./review-job.ts";

/** What a backend of BullMQ has to give. */
export interface BullBackend {
  /** Throws while the queue cannot be had. */
  readonly queueNamed: (name: string) => BullQueue & InspectedQueue;
  readonly consumerOn: <Job>(consumer: Consumer<Job>) => Service;
  /** Where large texts wait beside the queues. */
  readonly bodies: BodyStore;
  /** Null keeps texts in plain text. */
  readonly keys: QueueKeys | null;
  /** Whether somebody collects spans of the queues. */
  readonly traced: boolean;
  readonly clock: Clock;
}

/** The silent models' queues and that of reviews, the same over every backend. */
export function createBullQueues(backend: BullBackend): Pick<Queues, "producer" | "inspect" | "consumer" | "reviews"> {
  const { queueNamed, consumerOn, traced, clock } = backend;
  const carrier = createMirrorCarrier(backend);
  const reviewCarrier = createReviewCarrier(backend);
  const queueOf = (silentModel: string) => queueNamed(queueName(silentModel));
  const producer = (silentModel: string) => createBullProducer({ carrier, queue: () => queueOf(silentModel), traced });
  return {
    producer,
    inspect: (silentModel) =>
      createBullInspector({ queue: () => queueOf(silentModel), producer: producer(silentModel), carrier, clock }),
    consumer: ({ silentModel, ...options }) =>
      consumerOn({ ...options, carrier, queue: queueName(silentModel), of: silentModel }),
    reviews: {
      producer: createBullProducer({ carrier: reviewCarrier, queue: () => queueNamed(REVIEW_QUEUE), traced }),
      consumer: (options) => consumerOn({ ...options, carrier: reviewCarrier, queue: REVIEW_QUEUE, of: REVIEW_QUEUE }),
    },
  };
}
