import { rename, rm, writeFile } from "node:fs/promises";
import { request } from "undici";
import { FAULTS } from "./faults.ts";
import type { House } from "./house.ts";

/** A state of everything behind the primary's answer, held for as long as wanted. */
export interface Condition {
  readonly name: string;
  begin(house: House): Promise<void> | void;
  end(house: House): Promise<void> | void;
  /** Whether it did hold, where that cannot be taken for granted. */
  held?(house: House): Promise<boolean>;
}

/** What mirroring leans on, broken in every way that is known, one at a time. None of it may be in the client's way. */
export const CONDITIONS: readonly Condition[] = [
  { name: "nothing is wrong", begin: () => undefined, end: () => undefined },
  { ...faultOf("silent model", "hang"), name: "the silent model hangs" },
  { ...faultOf("silent model", "fail-500"), name: "the silent model fails" },
  { ...faultOf("silent model", "huge-8000000"), name: "the silent model sends 8 MB" },
  { ...faultOf("worker", "SIGKILL"), name: "the worker is gone" },
  { ...faultOf("redis", "SIGSTOP"), name: "Redis hangs" },
  { ...faultOf("redis", "SIGKILL"), name: "Redis is gone" },
  { ...faultOf("redis", "full"), name: "Redis is full" },
  { ...faultOf("gateway's network to redis", "slow"), name: "Redis is slow" },
  {
    name: "Redis is gone and comes back",
    async begin({ redis }) {
      await redis.kill();
      await redis.restart();
    },
    end: () => undefined,
  },
  { ...postgresFault(), name: "PostgreSQL is gone" },
  { ...faultOf("gateway's network to postgres", "hang"), name: "PostgreSQL hangs" },
  {
    name: "Redis is gone, and the spool's disk takes nothing",
    async begin({ redis, spoolFolder }) {
      await redis.kill();
      await rename(spoolFolder, `${spoolFolder}-away`);
      await writeFile(spoolFolder, "");
    },
    async end({ redis, spoolFolder }) {
      await rename(spoolFolder, `${spoolFolder}-file`);
      await rename(`${spoolFolder}-away`, spoolFolder);
      await redis.restart();
    },
  },
  {
    name: "a mirror rule throws",
    begin: ({ ruleSwitch }) => writeFile(ruleSwitch, ""),
    end: ({ ruleSwitch }) => rm(ruleSwitch),
    held: async (house) => (await backgroundFailures(house)) > 0,
  },
];

/** Of mirroring, after the answer. */
async function backgroundFailures({ gateway }: House): Promise<number> {
  const { body } = await request(`${gateway.url}/metrics`);
  return Number(/^understudy_background_failures_total (\d+)$/m.exec(await body.text())?.[1]);
}

function faultOf(target: string, name: string): Condition {
  const fault = FAULTS[target]?.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`there is no fault ${name} of ${target}`);
  return fault;
}

/** A crash where the server is ours to crash; else its network is cut. */
function postgresFault(): Condition {
  const [crash, cut] = [faultOf("postgres", "SIGKILL"), faultOf("gateway's network to postgres", "cut")];
  return {
    name: crash.name,
    begin: (house) => (house.postgres === null ? cut : crash).begin(house),
    end: (house) => (house.postgres === null ? cut : crash).end(house),
  };
}
