import { startPostgres, startRedis, type TestRedis } from "@understudy/testkit";
import type { Target } from "./client.ts";
import { type Backends, type Program, startGateway, startPassThrough, startUpstream } from "./programs.ts";

/** One side of a comparison. */
export interface Contestant extends Target, Pick<Program, "stop"> {
  readonly name: string;
  /** Of the process that stands for it; null where several do, or it is no contestant's own. */
  readonly pid: number | null;
}

export interface Bench extends Backends {
  readonly redis: TestRedis;
}

/** Redis and PostgreSQL of one's own, and the upstream. Rejects with what is missing on this machine. */
export async function startBench(cpuProf: string | null): Promise<Bench> {
  const redis = await startRedis();
  const database = await (await startPostgres()).createDatabase();
  const upstream = await startUpstream();
  return { upstreamUrl: upstream.url, redisUrl: redis.url, databaseUrl: database.url, cpuProf, redis };
}

export const UPSTREAM = "upstream itself";
export const PASS_THROUGH = "bare pass-through";
export const MIRRORING_OFF = "gateway, mirroring off";
export const MIRRORING_ON = "gateway, mirroring on";

/** The two floors and the two gateways, in the order of their turns. */
export async function startContestants(bench: Bench): Promise<readonly Contestant[]> {
  return [
    { name: UPSTREAM, url: bench.upstreamUrl, pid: null, stop: () => Promise.resolve() },
    { name: PASS_THROUGH, ...(await startPassThrough(bench.upstreamUrl)) },
    { name: MIRRORING_OFF, ...(await startGateway(bench, false)) },
    { name: MIRRORING_ON, ...(await startGateway(bench, true)) },
  ];
}
