import { silentLogger } from "@understudy/runtime";
import type { MirrorJob } from "../job/mirror-job.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import type { QueueSpool } from "./spool.ts";
import { openSpool } from "./open-spool.ts";

/**
 * Only for tests: fills the disk under a folder with jobs, ten at a time, takes all of them away again, and puts ten more
 * there. Says what was taken and given, by pair ids, and what the disk said to those that did not fit.
 */
const [folder = ""] = process.argv.slice(2);
const spool = await openSpool({ folder, maxBytes: 1024 ** 3, logger: silentLogger });
const queueSpool = spool.of("quiet");

async function drained(from: QueueSpool): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let batch = await from.oldest(); batch !== null; batch = await from.oldest()) {
    ids.push(...batch.jobs.map(({ pair_id }) => pair_id));
    await from.remove(batch.count);
  }
  return ids;
}

const taken: string[] = [];
const refusedWith: unknown[] = [];
for (let number = 0; refusedWith.length < 2; number += 10) {
  const jobs: readonly MirrorJob[] = Array.from({ length: 10 }, (_, index) => jobNumber(number + index));
  try {
    await queueSpool.append(jobs);
    taken.push(...jobs.map(({ pair_id }) => pair_id));
  } catch (error) {
    refusedWith.push((error as NodeJS.ErrnoException).code);
  }
}
const given = await drained(queueSpool);
await queueSpool.append(jobNumbers(10));
const afterwards = await drained(queueSpool);
await spool.close();
process.stdout.write(`${JSON.stringify({ taken, refusedWith, given, afterwards })}\n`);
