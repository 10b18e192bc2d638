import { createRedisQueues } from "@understudy/mirror";
import { silentLogger, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { connect } from "node:net";
import { SILENT_MODEL } from "./programs.ts";

/** The silent model's queue, as its operator sees it. */
export interface MirrorQueue {
  waiting(): Promise<number>;
  /** Resolves when so many jobs wait. Rejects after `seconds`. */
  waitingFor(count: number, seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function openMirrorQueue(redisUrl: string): Promise<MirrorQueue> {
  const queues = createRedisQueues({ url: redisUrl, clock: systemClock, logger: silentLogger });
  const producer = queues.producer(SILENT_MODEL);
  await pollUntil(() => queues.ping().then(() => true), { what: "Redis" });
  const waiting = async (): Promise<number> => (await producer.depth()).waiting;
  return {
    waiting,
    async waitingFor(count, seconds) {
      const until = (now: number): boolean => now >= count;
      await pollUntil(waiting, { what: `${count} waiting jobs`, until, timeoutMs: seconds * 1000 });
    },
    close: () => queues.close(),
  };
}

/** Empties a Redis at once. */
export function flushRedis(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", reject);
    socket.once("data", (answer) => {
      socket.destroy();
      if (String(answer).startsWith("+OK")) resolve();
      else reject(new Error(`redis: ${String(answer).trim()}`));
    });
    socket.write("FLUSHALL\r\n");
  });
}
