import { systemClock } from "@understudy/runtime";
import { SMALL_PLAIN } from "./bodies.ts";
import { openClient } from "./client.ts";
import { startBench } from "./contestants.ts";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import { type Program, startGateway, startWorker } from "./programs.ts";
import { type Report, say } from "./report.ts";
import { median, percentile, steadyRate } from "./stats.ts";
import { type StoredPairs, watchStoredPairs } from "./stored-pairs.ts";

const DEFAULT_REQUESTS = 10_000;
/** Requests whose pair is not stored yet. With more of them the load waits, so that a run measures what can be sustained. */
const MOST_PENDING = 1_000;
const LOOK_AGAIN_MS = 5;

interface Run {
  readonly pairsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly sent: number;
  readonly errors: number;
  readonly stored: number;
}

/** Requests a second from the gateway to the stored pair, with one gateway, one worker, and a bounded queue. */
export async function mirror(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  const bench = await startBench(options.cpuProf);
  const gateway = await startGateway(bench, true);
  const runs: Run[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const worker = await startWorker(bench);
    const run = await sustain(gateway, worker, options);
    await worker.stop();
    say(`round ${round + 1}: ${Math.round(run.pairsPerSecond)} pairs/s`);
    runs.push(run);
  }
  await gateway.stop();
  const { connections, rounds } = options;
  const setup = { load: "undici", connections, rounds, "most pending": MOST_PENDING };
  return { program: "mirror", machine, setup, rows: [summary(runs)] };
}

async function sustain(gateway: Program, worker: Program, options: BenchOptions): Promise<Run> {
  const client = openClient(gateway, options.connections);
  const stored = watchStoredPairs([worker]);
  const { latenciesMs, errors } = await client.send(SMALL_PLAIN.body, withinBounds(stored, options));
  const sent = latenciesMs.length;
  const count = await stored.reach(sent, options.seconds);
  stored.stop();
  await client.close();
  return {
    pairsPerSecond: steadyRate(stored.samples),
    p50: percentile(latenciesMs, 0.5),
    p99: percentile(latenciesMs, 0.99),
    sent,
    errors,
    stored: count,
  };
}

/** True for the next request, as soon as few enough are pending; false when all are sent or time is up. */
function withinBounds(stored: StoredPairs, options: BenchOptions): () => Promise<boolean> {
  const endsAt = systemClock.monotonic() + options.seconds * 1000;
  let left = options.requests ?? DEFAULT_REQUESTS;
  let sent = 0;
  return async () => {
    while (sent - stored.count() >= MOST_PENDING && systemClock.monotonic() < endsAt) {
      await systemClock.sleep(LOOK_AGAIN_MS);
    }
    if (left === 0 || systemClock.monotonic() >= endsAt) return false;
    left -= 1;
    sent += 1;
    return true;
  };
}

function summary(runs: readonly Run[]) {
  const of = (key: keyof Run): readonly number[] => runs.map((run) => run[key]);
  return {
    "pairs/s": median(of("pairsPerSecond")),
    "primary p50 ms": median(of("p50")),
    "primary p99 ms": median(of("p99")),
    answered: of("sent").reduce((sum, count) => sum + count, 0),
    errors: of("errors").reduce((sum, count) => sum + count, 0),
    stored: of("stored").reduce((sum, count) => sum + count, 0),
  };
}
