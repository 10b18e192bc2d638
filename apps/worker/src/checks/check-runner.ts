import { type Clock, createThreadPool, type ThreadPool } from "@understudy/runtime";
import type { CheckAnswer, CheckAnswers, CheckTask } from "./check-task.ts";

const LONGEST_MS = 1_000;
/** For one pair, however many checks run away: what has not been run by then is not. */
const LONGEST_PAIR_MS = 10_000;
const THREADS = 2;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };

const LATE: CheckAnswer = { as: "not_run", why: "other checks took too long" };

export interface CheckRunnerDeps {
  readonly clock: Clock;
  /** Milliseconds that all checks of a pair may take, or one alone where all have taken too long. */
  readonly longestMs?: number;
}

export interface CheckRunner {
  /** Rejects only while it is being closed. */
  run(task: CheckTask): Promise<CheckAnswers>;
  close(): Promise<void>;
}

/**
 * Runs the operator's checks in threads of their own: a pattern may run for ever on what a model writes, and a script do
 * anything. Where all together take too long, each is run alone, answer by answer, so that one that runs away takes no other
 * with it.
 */
export function createCheckRunner({ clock, longestMs = LONGEST_MS }: CheckRunnerDeps): CheckRunner {
  const pool = createThreadPool<CheckTask, CheckAnswers>({
    script: new URL("check-thread.ts", import.meta.url),
    threads: THREADS,
    longestMs,
    resourceLimits: RESOURCE_LIMITS,
    clock,
  });
  let closing = false;
  return {
    async run(task) {
      try {
        return await pool.run(task);
      } catch (error) {
        if (closing) throw error;
        return oneByOne(task, { pool, clock, isClosing: () => closing });
      }
    },
    close() {
      closing = true;
      return pool.close();
    },
  };
}

interface Running {
  readonly pool: ThreadPool<CheckTask, CheckAnswers>;
  readonly clock: Clock;
  readonly isClosing: () => boolean;
}

async function oneByOne({ checks, answers, api, request }: CheckTask, running: Running): Promise<CheckAnswers> {
  const until = running.clock.monotonic() + LONGEST_PAIR_MS;
  const found: CheckAnswer[][] = [];
  const each = answers.length === 0 ? [[]] : answers.map((answer) => [answer]);
  for (const check of checks) {
    const own: CheckAnswer[] = [];
    for (const given of each) {
      const late = running.clock.monotonic() > until;
      own.push(late ? LATE : await alone({ checks: [check], answers: given, api, request }, running));
    }
    found.push(own);
  }
  return found;
}

async function alone(task: CheckTask, { pool, isClosing }: Running): Promise<CheckAnswer> {
  try {
    const [[result] = []] = await pool.run(task);
    return result ?? LATE;
  } catch (error) {
    if (isClosing()) throw error;
    return { as: "not_run", why: (error as Error).message };
  }
}
