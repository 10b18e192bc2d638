import type { Clock } from "@understudy/runtime";
import type { Redis } from "ioredis";
import type { Queues } from "./queues.ts";

/** Of `maxmemory`, up to which jobs are added. The rest is the workers': to take a job and to end it they write, too. */
const FOR_JOBS = 0.9;
/** So often that what is added between two looks is little of what is kept free, and so seldom that it costs nothing. */
const LOOK_EVERY_MS = 25;

/**
 * Throws while Redis is nearly full, as it was at the last look. A Redis that is full refuses workers as well, and with them the only
 * way in which it could become emptier: then nothing moves until somebody gives it more memory. Nobody waits for a look, and one that
 * is not answered is the only one; where Redis has no limit, or does not say, there is room.
 */
export function createRoomCheck(redis: Pick<Redis, "info">, clock: Clock): () => void {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;
  let why: string | null = null;
  const look = async (): Promise<void> => {
    looking = true;
    try {
      why = whyNoRoom(await redis.info("memory"));
    } catch {
      why = null;
    } finally {
      looking = false;
    }
  };
  return () => {
    const now = clock.monotonic();
    if (!looking && now - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = now;
      void look();
    }
    if (why !== null) throw new Error(why);
  };
}

/** Producers that add nothing while the check throws. */
export function whileThereIsRoom(producers: Queues["producer"], check: () => void): Queues["producer"] {
  return (silentModel) => {
    const producer = producers(silentModel);
    return {
      ...producer,
      async add(jobs) {
        check();
        await producer.add(jobs);
      },
    };
  };
}

function whyNoRoom(info: string): string | null {
  const bytes = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const [used, most] = [bytes("used_memory"), bytes("maxmemory")];
  if (most === 0 || used < FOR_JOBS * most) return null;
  return `redis is nearly full: ${used} of ${most} bytes (maxmemory), and workers need the rest`;
}
