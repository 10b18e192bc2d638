import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "./clock.ts";
import { createThreadPool, type ThreadPoolOptions } from "./thread-pool.ts";

type Task = "end" | "fill" | "loop" | "throw" | number;

function openPool(of: Partial<ThreadPoolOptions> = {}) {
  const pool = createThreadPool<Task, number>({
    script: new URL("thread-pool-thread.fixture.ts", import.meta.url),
    threads: 2,
    longestMs: 1_000,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
    clock: systemClock,
    ...of,
  });
  onTestFinished(() => pool.close());
  return pool;
}

test("more tasks than threads are all answered, each with its own answer", async () => {
  const pool = openPool();
  const tasks = Array.from({ length: 500 }, (_, index) => index);
  expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual(tasks.map((task) => 2 * task));
});

test("a task that never ends is given up, and the event loop goes on meanwhile", async () => {
  const pool = openPool();
  let turns = 0;
  const cancel = systemClock.every(10, () => (turns += 1));
  await expect(pool.run("loop")).rejects.toMatchObject({ name: "TaskGivenUpError", why: "time" });
  cancel();
  expect(turns).toBeGreaterThan(10);
});

test("what waits behind tasks that never end has its own time, and is answered", async () => {
  const pool = openPool();
  const endless = Array.from({ length: 6 }, () => pool.run("loop"));
  const answered = pool.run(21);
  expect(await Promise.allSettled(endless)).toSatisfy((all: PromiseSettledResult<number>[]) =>
    all.every(({ status }) => status === "rejected"),
  );
  expect(await answered).toBe(42);
});

test("a task that fills its memory takes neither the process nor the next task with it", async () => {
  const pool = openPool({ longestMs: 60_000, threads: 1 });
  await expect(pool.run("fill")).rejects.toMatchObject({ why: "memory" });
  expect(await pool.run(1)).toBe(2);
});

test("a task that throws, or ends its thread, is told of it, and the next is answered", async () => {
  const pool = openPool({ threads: 1 });
  const [thrown, ended, next] = await Promise.allSettled([pool.run("throw"), pool.run("end"), pool.run(1)]);
  expect(thrown).toMatchObject({ reason: { why: "ended", cause: { message: "thrown in the thread" } } });
  expect(ended).toMatchObject({ reason: { why: "ended" } });
  expect(next).toEqual({ status: "fulfilled", value: 2 });
});

test("threads that cannot start leave nobody waiting", async () => {
  const pool = openPool({ script: new URL("no-such-file.ts", import.meta.url) });
  const all = await Promise.allSettled([1, 2, 3, 4, 5].map((task) => pool.run(task)));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
});

test("closing tells what is under way and what waits", async () => {
  const pool = openPool({ longestMs: 60_000, threads: 1 });
  const all = Promise.allSettled([pool.run("loop"), pool.run(1)]);
  await pool.close();
  expect((await all).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(pool.run(1)).rejects.toMatchObject({ why: "ended" });
});
