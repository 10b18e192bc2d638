import fc from "fast-check";
import { parentPort, workerData } from "node:worker_threads";
import { FAILED_AT, type Job, type Outcome, STARTED } from "./fuzz-messages.ts";
import { targetNamed } from "./targets.ts";

// The thread that the targets run in: one that never comes back can be ended from outside.

const { progress } = workerData as { readonly progress: Int32Array };
const port = parentPort;
if (port === null) throw new Error("this runs as a thread");

port.on("message", (job: Job) => {
  void run(job).then(
    (outcome) => port.postMessage(outcome),
    (error: unknown) => {
      throw error;
    },
  );
});

async function run({ name, seed, runs, path, timeLimitMs }: Job): Promise<Outcome> {
  const { inputs, check } = await targetNamed(name);
  Atomics.store(progress, STARTED, 0);
  Atomics.store(progress, FAILED_AT, -1);
  const property = fc.asyncProperty(inputs, async (input) => {
    const at = Atomics.add(progress, STARTED, 1);
    try {
      await check(input as never);
    } catch (error) {
      if (Atomics.load(progress, FAILED_AT) === -1) Atomics.store(progress, FAILED_AT, at);
      throw error;
    }
  });
  const result = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
    ...(timeLimitMs === undefined ? {} : { interruptAfterTimeLimit: timeLimitMs }),
  });
  const { counterexamplePath, counterexample, errorInstance, numRuns } = result;
  if (!result.failed || counterexamplePath === null) return { ran: numRuns, failure: null };
  const message =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  return { ran: numRuns, failure: { seed, path: counterexamplePath, message, input: told(counterexample?.[0]) } };
}

const LONGEST_TOLD = 1024 ** 2;

/** The input for a person to look at; seed and path make it again. */
function told(input: unknown): string {
  try {
    return fc.stringify(input).slice(0, LONGEST_TOLD);
  } catch {
    return "(nested too deep to be shown)";
  }
}
