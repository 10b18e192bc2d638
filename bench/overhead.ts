import { type Shape, SMALL_PLAIN, SMALL_STREAMED } from "./bodies.ts";
import { type Client, openClient, upTo } from "./client.ts";
import { type Contestant, startBench, startContestants, UPSTREAM } from "./contestants.ts";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import type { Report, Row } from "./report.ts";
import { median, medianDifference, medianRatio, percentile } from "./stats.ts";

const DEFAULT_REQUESTS = 1_000;
const WARM_UP_TIMES = 3;

/** One round's percentiles of a contestant, milliseconds. */
interface Turn {
  readonly p50: number;
  readonly p99: number;
}

/** One request at a time: what each contestant adds to a call of the upstream itself. */
export async function overhead(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  const contestants = await startContestants(await startBench(options.cpuProf));
  const clients = new Map(contestants.map((contestant) => [contestant, openClient(contestant, 1)]));
  const rows: Row[] = [];
  for (const shape of [SMALL_PLAIN, SMALL_STREAMED]) rows.push(...(await compare(shape, clients, options)));
  for (const client of clients.values()) await client.close();
  for (const contestant of contestants) await contestant.stop();
  const { rounds, requests, seconds } = options;
  const setup = { load: "undici, one connection", rounds, requests: requests ?? DEFAULT_REQUESTS, seconds };
  return { program: "overhead", machine, setup, rows };
}

async function compare(
  shape: Shape,
  clients: ReadonlyMap<Contestant, Client>,
  options: BenchOptions,
): Promise<readonly Row[]> {
  const turns = new Map<string, Turn[]>();
  // The first round warms up, with more requests, and does not count.
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [{ name }, client] of clients) {
      const requests = (options.requests ?? DEFAULT_REQUESTS) * (round === 0 ? WARM_UP_TIMES : 1);
      const turn = await takeTurn(name, client, shape, upTo(requests, options.seconds));
      if (round > 0) turns.set(name, [...(turns.get(name) ?? []), turn]);
    }
  }
  const direct = turns.get(UPSTREAM) ?? [];
  return [...turns].map(([name, taken]) => ({ request: shape.name, contestant: name, ...figures(taken, direct) }));
}

async function takeTurn(name: string, client: Client, shape: Shape, more: () => boolean): Promise<Turn> {
  const { latenciesMs, errors } = await client.send(shape.body, more);
  if (errors > 0) throw new Error(`${name}: ${errors} of ${latenciesMs.length + errors} requests failed`);
  return { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99) };
}

function figures(taken: readonly Turn[], direct: readonly Turn[]): Row {
  const of = (turns: readonly Turn[], key: keyof Turn): readonly number[] => turns.map((turn) => turn[key]);
  return {
    "p50 ms": median(of(taken, "p50")),
    "added p50": medianDifference(of(taken, "p50"), of(direct, "p50")),
    "times p50": medianRatio(of(taken, "p50"), of(direct, "p50")),
    "p99 ms": median(of(taken, "p99")),
    "added p99": medianDifference(of(taken, "p99"), of(direct, "p99")),
    "times p99": medianRatio(of(taken, "p99"), of(direct, "p99")),
  };
}
