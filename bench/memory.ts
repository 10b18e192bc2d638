import { systemClock as clock } from "@understudy/runtime";
import { ALL_SHAPES } from "./bodies.ts";
import { type Client, openClient, type Sent } from "./client.ts";
import { startBench } from "./contestants.ts";
import { describeMachine } from "./machine.ts";
import { type MemorySample, watchMemory } from "./memory-samples.ts";
import type { BenchOptions } from "./options.ts";
import { startGateway, startWorker } from "./programs.ts";
import { type Report, type Row, say } from "./report.ts";
import { median, slope } from "./stats.ts";

const DEFAULT_RATE = 200;
const LOOK_EVERY_MS = 1_000;
const MIB = 1024 ** 2;
const MS_PER_MINUTE = 60_000;

/**
 * Whether the memory of a gateway and a worker stays where it is, while every request is mirrored: small and large,
 * plain and streamed, at a steady pace. What grows in the second half of the run would go on growing.
 */
export async function memory(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  const bench = await startBench(options.cpuProf);
  const gateway = await startGateway(bench, true);
  const worker = await startWorker(bench);
  const rate = options.requests ?? DEFAULT_RATE;
  say(`${rate} requests/s for ${options.seconds} s`);
  const watched = [watchMemory(gateway, LOOK_EVERY_MS), watchMemory(worker, LOOK_EVERY_MS)] as const;
  const { sent, errors } = await load(gateway.url, rate, options);
  const [gatewaySamples, workerSamples] = watched.map((each) => each.end());
  await worker.stop();
  await gateway.stop();
  const { seconds, connections } = options;
  const setup = { load: "undici, at a steady pace", "requests/s": rate, seconds, connections, answered: sent, errors };
  const rows = [...figures("gateway", gatewaySamples ?? []), ...figures("worker", workerSamples ?? [])];
  return { program: "memory", machine, setup, rows };
}

async function load(url: string, rate: number, { seconds, connections }: BenchOptions) {
  const each = { rate: rate / ALL_SHAPES.length, seconds };
  const sides = ALL_SHAPES.map(({ body }) => ({ body, client: openClient({ url }, connections) }));
  const turns = await Promise.all(sides.map(({ body, client }) => sendSteadily(client, body, each)));
  await Promise.all(sides.map(({ client }) => client.close()));
  return {
    sent: turns.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0),
    errors: turns.reduce((sum, turn) => sum + turn.errors, 0),
  };
}

/** So many a second, as long as fewer than the client's connections are under way. */
function sendSteadily(client: Client, body: string, pace: { rate: number; seconds: number }): Promise<Sent> {
  const begun = clock.monotonic();
  let asked = 0;
  return client.send(body, async () => {
    const dueAt = begun + (asked / pace.rate) * 1_000;
    asked += 1;
    if (dueAt > begun + pace.seconds * 1_000) return false;
    await clock.sleep(Math.max(0, dueAt - clock.monotonic()));
    return true;
  });
}

function figures(program: string, samples: readonly MemorySample[]): readonly Row[] {
  const second = samples.slice(Math.floor(samples.length / 2));
  return (["resident", "heap"] as const).map((kind) => {
    const of = (some: readonly MemorySample[]): readonly number[] => some.map((sample) => sample[kind] / MIB);
    const tenth = Math.max(1, Math.floor(samples.length / 10));
    const points = second.map((sample) => ({ x: sample.atMs / MS_PER_MINUTE, y: sample[kind] / MIB }));
    return {
      program,
      memory: kind,
      "first tenth MiB": median(of(samples.slice(0, tenth))),
      "middle tenth MiB": median(of(second.slice(0, tenth))),
      "last tenth MiB": median(of(samples.slice(-tenth))),
      "most MiB": Math.max(...of(samples)),
      "MiB a minute, second half": slope(points),
      samples: samples.length,
    };
  });
}
