import type { QueueDepth } from "@understudy/contracts";
import { silentLogger, systemClock } from "@understudy/runtime";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { jobNumbers } from "../job/mirror-job.fixture.ts";
import { QueueLink } from "./queue-link.ts";

test("jobs that arrive while a queue is asked for its length are counted on top of the answer", async () => {
  const answer = Promise.withResolvers<QueueDepth>();
  const producer = {
    add: () => Promise.resolve(),
    depth: () => answer.promise,
    holding: () => Promise.resolve(new Set<string>()),
  };
  const link = new QueueLink({
    silentModel: "quiet",
    producer,
    waitIn: "in memory",
    slow: () => undefined,
    clock: systemClock,
    logger: silentLogger,
  });
  link.lookAtDepth();
  await link.add(jobNumbers(3));
  answer.resolve({ waiting: 15, active: 1, delayed: 2, failed: 4 });
  await setImmediate();
  expect(link.depth).toBe(20);
});
