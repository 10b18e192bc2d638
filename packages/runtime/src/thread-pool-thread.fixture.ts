import { answerTasks } from "./thread-pool.ts";

// For tests: doubles numbers, and does what no task should.

answerTasks((task: unknown): number => {
  if (typeof task === "number") return 2 * task;
  const kept: unknown[] = [];
  if (task === "throw") throw new Error("thrown in the thread");
  if (task === "end") process.exit();
  for (;;) if (task === "fill") kept.push(Array.from({ length: 1_000 }, () => ({ task })));
});
