import { startPostgres, startRedis, type TestRedis } from "@understudy/testkit";
import type { Target } from "./client.ts";
import { type Backends, startGateway, startPassThrough, startUpstream } from "./programs.ts";

/** One side of a comparison. */
export interface Contestant extends Target {
  readonly name: string;
}

/** Redis and PostgreSQL of one's own, and the upstream. Rejects with what is missing on this machine. */
export async function startBackends(cpuProf: string | null): Promise<{ backends: Backends; redis: TestRedis }> {
  const redis = await startRedis();
  const database = await (await startPostgres()).createDatabase();
  const upstream = await startUpstream();
  return {
    backends: { upstreamUrl: upstream.url, redisUrl: redis.url, databaseUrl: database.url, cpuProf },
    redis,
  };
}

export const UPSTREAM = "upstream itself";
export const PASS_THROUGH = "bare pass-through";
export const MIRRORING_OFF = "gateway, mirroring off";
export const MIRRORING_ON = "gateway, mirroring on";

/** The two floors and the two gateways. */
export async function startContestants(backends: Backends): Promise<readonly Contestant[]> {
  const { url: passThroughUrl } = await startPassThrough(backends.upstreamUrl);
  const off = await startGateway(backends, false);
  const on = await startGateway(backends, true);
  return [
    { name: UPSTREAM, url: backends.upstreamUrl },
    { name: PASS_THROUGH, url: passThroughUrl },
    { name: MIRRORING_OFF, url: off.url },
    { name: MIRRORING_ON, url: on.url },
  ];
}
