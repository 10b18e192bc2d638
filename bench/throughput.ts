import { pollUntil } from "@understudy/testkit";
import { ALL_SHAPES, type Shape } from "./bodies.ts";
import {
  type Bench,
  type Contestant,
  MIRRORING_ON,
  PASS_THROUGH,
  startBench,
  startContestants,
} from "./contestants.ts";
import { readCounter } from "./counters.ts";
import { cpuMsOf } from "./cpu-time.ts";
import { chooseLoadGenerator, type Load, type LoadGenerator } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { flushRedis, type MirrorQueue, openMirrorQueue } from "./mirror-queue.ts";
import type { BenchOptions } from "./options.ts";
import { type PeerPlaces, startPeers } from "./peers.ts";
import { type Report, type Row, say } from "./report.ts";
import { median, medianRatio } from "./stats.ts";

interface Turn extends Load {
  /** Share of the answered requests whose mirror job reached the queue; null where nothing is mirrored. */
  readonly mirrored: number | null;
  /** Milliseconds of processor of its process for each request, what it does behind the answers included; null where nobody knows. */
  readonly cpuMs: number | null;
}

interface Match {
  readonly bench: Bench;
  readonly contestants: readonly Contestant[];
  /** Those that every other one is held against, by the name that stands above the column. */
  readonly yardsticks: ReadonlyMap<string, Contestant>;
  readonly generator: LoadGenerator;
  readonly queue: MirrorQueue;
  readonly options: BenchOptions;
}

const LONGEST_WARM_UP_S = 3;
/** What was admitted must be on the queue so soon after the load has ended. */
const SETTLE_MS = 30_000;

/** As many requests as each contestant takes, by kind of request. */
export async function throughput(options: BenchOptions, places: PeerPlaces): Promise<Report> {
  const machine = describeMachine();
  const generator = chooseLoadGenerator();
  const bench = await startBench(options.cpuProf);
  const peers = await startPeers(bench.upstreamUrl, places);
  const ours = await startContestants(bench);
  const contestants = [...ours, ...peers];
  const yardsticks = new Map<string, Contestant>(peers.map((each) => [each.peer, each]));
  for (const each of ours) if (each.name === PASS_THROUGH) yardsticks.set("floor", each);
  const queue = await openMirrorQueue(bench.redisUrl);
  const match: Match = { bench, contestants, yardsticks, generator, queue, options };
  const rows: Row[] = [];
  for (const shape of ALL_SHAPES) {
    say(`measuring: ${shape.name}`);
    rows.push(...(await compare(shape, match)));
  }
  await queue.close();
  for (const contestant of contestants) await contestant.stop();
  const { connections, rounds, seconds } = options;
  return { program: "throughput", machine, setup: { load: generator.name, connections, rounds, seconds }, rows };
}

async function compare(shape: Shape, match: Match): Promise<readonly Row[]> {
  const { options } = match;
  const turns = new Map<Contestant, Turn[]>();
  const contestants = await warmUp(shape, match);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const contestant of contestants) {
      const turn = await takeTurn(contestant, shape, options.seconds, match);
      turns.set(contestant, [...(turns.get(contestant) ?? []), turn]);
    }
  }
  const held = new Map([...match.yardsticks].map(([name, contestant]) => [name, turns.get(contestant) ?? []]));
  return [...turns].map(([{ name }, taken]) => ({ request: shape.name, contestant: name, ...figures(taken, held) }));
}

/** The contestants that can answer such a request at all; a peer that cannot is left out, and that is said. */
async function warmUp(shape: Shape, match: Match): Promise<readonly Contestant[]> {
  const seconds = Math.min(match.options.seconds, LONGEST_WARM_UP_S);
  const able: Contestant[] = [];
  for (const contestant of match.contestants) {
    const { requests, errors } = await takeTurn(contestant, shape, seconds, match);
    if (errors < requests) able.push(contestant);
    else say(`left out: ${contestant.name} answered none of ${requests} requests (${shape.name})`);
  }
  return able;
}

async function takeTurn(contestant: Contestant, shape: Shape, seconds: number, match: Match): Promise<Turn> {
  const { generator, options, bench } = match;
  const run = (): Promise<Load> =>
    generator.run(contestant, { body: shape.body, seconds, connections: options.connections });
  const cpuBefore = cpuOf(contestant);
  const cpuSince = ({ requests }: Load): number | null => {
    const now = cpuOf(contestant);
    return now === null || cpuBefore === null ? null : (now - cpuBefore) / requests;
  };
  if (contestant.name !== MIRRORING_ON) {
    const load = await run();
    return { ...load, mirrored: null, cpuMs: cpuSince(load) };
  }
  const before = await countMirrors(contestant.url);
  const load = await run();
  const mirrored = await mirroredSince(before, contestant, match);
  const cpuMs = cpuSince(load);
  await flushRedis(bench.redis.port);
  return { ...load, mirrored, cpuMs };
}

function cpuOf({ pid }: Contestant): number | null {
  return pid === null ? null : cpuMsOf(pid);
}

interface Mirrors {
  readonly admitted: number;
  readonly dropped: number;
}

async function countMirrors(url: string): Promise<Mirrors> {
  return {
    admitted: await readCounter(url, "understudy_mirrors_admitted_total"),
    dropped: await readCounter(url, "understudy_mirrors_dropped_total"),
  };
}

/** Waits until every admitted job is on the queue: what is still held would be the next contestant's burden. */
async function mirroredSince(before: Mirrors, { url }: Contestant, { queue }: Match): Promise<number> {
  const look = async () => ({ now: await countMirrors(url), waiting: await queue.waiting() });
  const kept = (now: Mirrors): number => now.admitted - before.admitted - (now.dropped - before.dropped);
  const { now } = await pollUntil(look, {
    what: "every admitted job on the queue",
    until: ({ now, waiting }) => waiting >= kept(now),
    timeoutMs: SETTLE_MS,
  });
  return kept(now) / (now.admitted - before.admitted);
}

/** `yardsticks` are the turns of those that this one is held against; one that took none is no measure. */
function figures(taken: readonly Turn[], yardsticks: ReadonlyMap<string, readonly Turn[]>): Row {
  const floor = yardsticks.get("floor") ?? [];
  const of = (turns: readonly Turn[], key: "requestsPerSecond" | "p50Ms" | "p99Ms"): readonly number[] =>
    turns.map((turn) => turn[key]);
  const shares = taken.map((turn) => turn.mirrored).filter((share) => share !== null);
  const cpu = taken.map((turn) => turn.cpuMs).filter((ms) => ms !== null);
  return {
    "requests/s": median(of(taken, "requestsPerSecond")),
    ...Object.fromEntries(
      [...yardsticks].map(([name, turns]) => [
        `times ${name}`,
        turns.length === 0 ? null : medianRatio(of(taken, "requestsPerSecond"), of(turns, "requestsPerSecond")),
      ]),
    ),
    "p50 ms": median(of(taken, "p50Ms")),
    "times p50": medianRatio(of(taken, "p50Ms"), of(floor, "p50Ms")),
    "p99 ms": median(of(taken, "p99Ms")),
    "times p99": medianRatio(of(taken, "p99Ms"), of(floor, "p99Ms")),
    "cpu ms": cpu.length === 0 ? null : median(cpu),
    errors: taken.reduce((sum, { errors }) => sum + errors, 0),
    "mirrored %": shares.length === 0 ? null : Math.min(...shares) * 100,
  };
}
