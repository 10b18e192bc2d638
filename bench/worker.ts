import { SMALL_PLAIN } from "./bodies.ts";
import { openClient, upTo } from "./client.ts";
import { type Bench, startBench } from "./contestants.ts";
import { describeMachine } from "./machine.ts";
import { type MirrorQueue, openMirrorQueue } from "./mirror-queue.ts";
import type { BenchOptions } from "./options.ts";
import { type Program, SILENT_CONCURRENCY, startGateway, startWorker } from "./programs.ts";
import { type Report, say } from "./report.ts";
import { median, medianRatio, steadyRate } from "./stats.ts";
import { watchStoredPairs } from "./stored-pairs.ts";

const DEFAULT_JOBS = 10_000;
const PROCESSES = [1, 2, 4] as const;

interface Place {
  readonly bench: Bench;
  readonly gateway: Program;
  readonly queue: MirrorQueue;
}

/** Pairs a second that workers make of a queue that is full before they start; the silent model answers at once. */
export async function worker(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  const bench = await startBench(options.cpuProf);
  const gateway = await startGateway(bench, true);
  const place: Place = { bench, gateway, queue: await openMirrorQueue(bench.redisUrl) };
  const jobs = options.requests ?? DEFAULT_JOBS;
  const rates = PROCESSES.map((): number[] => []);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, processes] of PROCESSES.entries()) {
      const rate = await workOff(jobs, processes, options, place);
      say(`round ${round + 1}, ${processes} processes: ${Math.round(rate)} pairs/s`);
      rates[index]?.push(rate);
    }
  }
  await place.queue.close();
  await gateway.stop();
  const rows = PROCESSES.map((processes, index) => ({
    "worker processes": processes,
    "pairs/s": median(rates[index] ?? []),
    "times one": medianRatio(rates[index] ?? [], rates[0] ?? []),
  }));
  return { program: "worker", machine, setup: { rounds: options.rounds, jobs, concurrency: SILENT_CONCURRENCY }, rows };
}

async function workOff(jobs: number, processes: number, options: BenchOptions, place: Place): Promise<number> {
  await fill(jobs, options, place);
  const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(place.bench)));
  const stored = watchStoredPairs(workers);
  const count = await stored.reach(jobs, options.seconds);
  stored.stop();
  await Promise.all(workers.map((each) => each.stop()));
  if (count < jobs) throw new Error(`${count} of ${jobs} pairs after ${options.seconds} s: lower --requests`);
  return steadyRate(stored.samples);
}

/** Through the gateway, so that the jobs are what they are in production. */
async function fill(jobs: number, options: BenchOptions, { gateway, queue }: Place): Promise<void> {
  const client = openClient(gateway, options.connections);
  const { latenciesMs, errors } = await client.send(SMALL_PLAIN.body, upTo(jobs, options.seconds));
  await client.close();
  const sent = latenciesMs.length;
  if (sent < jobs)
    throw new Error(`${sent} of ${jobs} jobs after ${options.seconds} s, ${errors} errors: lower --requests`);
  await queue.waitingFor(jobs, options.seconds);
}
