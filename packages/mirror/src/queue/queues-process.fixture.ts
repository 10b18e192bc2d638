import { silentLogger, systemClock as clock } from "@understudy/runtime";
import { openEmbedded, openPostgres } from "@understudy/store";
import { consumerOptions, type DeliveryRecorder, NO_DEADLINE, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { createPostgresQueues } from "./postgres-queues.ts";
import type { MirrorQueues } from "./queues.ts";
import { createRedisQueues } from "./redis-queues.ts";

/**
 * Only for tests: a process of its own that uses queues. Arguments: what to do, the silent model, and the URL of Redis or
 * PostgreSQL, or nothing for the embedded database.
 */
const [task = "", silentModel = "", url] = process.argv.slice(2);

const database = await databaseAt(url);
const queues: MirrorQueues =
  database === null
    ? createRedisQueues({ url: url ?? "", clock, logger: silentLogger })
    : createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });

async function databaseAt(address: string | undefined) {
  if (address === undefined) return openEmbedded("memory");
  return address.startsWith("postgres") ? openPostgres(address) : null;
}

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function usable(): Promise<void> {
  while (
    !(await queues.ping().then(
      () => true,
      () => false,
    ))
  )
    await clock.sleep(20);
}

async function consumeUntil(recorder: DeliveryRecorder, count: number): Promise<void> {
  const consumer = queues.consumer(consumerOptions(silentModel, recorder));
  await consumer.start();
  await recorder.reached(count);
  await consumer.stop(NO_DEADLINE);
}

switch (task) {
  case "hold": {
    const recorder = recordDeliveries(async (delivery) => {
      await delivery.remember({ heldBy: process.pid });
      say({ taken: delivery.job.pair_id });
      return new Promise(() => undefined);
    });
    await consumeUntil(recorder, Number.POSITIVE_INFINITY);
    break;
  }
  case "hang": {
    const recorder = recordDeliveries(({ job }) => {
      say({ taken: job.pair_id });
      for (;;);
    });
    await consumeUntil(recorder, Number.POSITIVE_INFINITY);
    break;
  }
  case "use-and-close": {
    await usable();
    await queues.producer(silentModel).add([jobNumber(1)]);
    await consumeUntil(recordDeliveries(), 1);
    break;
  }
  case "close-without-redis": {
    const consumer = queues.consumer(consumerOptions(silentModel, recordDeliveries()));
    await consumer.start();
    await queues
      .producer(silentModel)
      .add([jobNumber(1)])
      .catch(() => undefined);
    await consumer.stop(AbortSignal.abort());
    break;
  }
  default:
    throw new Error(`there is no task ${task}`);
}
await queues.close();
await database?.close();
say({ closed: true });
