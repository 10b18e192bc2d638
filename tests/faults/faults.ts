import { Redis } from "ioredis";
import { systemClock as clock } from "@understudy/runtime";
import { type House, SILENT_MODEL } from "./house.ts";

/** Something that goes wrong for a while. `end` makes it good, whatever became of `begin`. */
export interface Fault {
  readonly name: string;
  /** No longer than this, milliseconds; clients of a gateway that is away get no answers. */
  readonly longestMs: number;
  begin(house: House): Promise<void> | void;
  end(house: House): Promise<void> | void;
}

/** What can go wrong, by what it happens to: of one thing only one fault holds at a time. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  gateway: [
    {
      name: "SIGKILL",
      longestMs: 500,
      begin: (house) => house.gateway.kill(),
      end: (house) => house.gateway.start(),
    },
    {
      name: "SIGSTOP",
      longestMs: 1_000,
      begin: (house) => house.gateway.pause(),
      end: (house) => house.gateway.resume(),
    },
    {
      name: "restart",
      longestMs: 100,
      begin: (house) => house.gateway.stop(),
      end: (house) => house.gateway.start(),
    },
  ],
  worker: [
    { name: "SIGKILL", longestMs: 3_000, begin: (house) => first(house).kill(), end: (house) => first(house).start() },
    {
      // Longer than its locks hold: its jobs go to another worker, and it comes back to find them gone.
      name: "SIGSTOP",
      longestMs: 8_000,
      begin: (house) => first(house).pause(),
      end: (house) => first(house).resume(),
    },
    { name: "restart", longestMs: 100, begin: (house) => first(house).stop(), end: (house) => first(house).start() },
  ],
  redis: [
    { name: "SIGKILL", longestMs: 2_000, begin: (house) => house.redis.kill(), end: (house) => house.redis.restart() },
    { name: "SIGSTOP", longestMs: 4_000, begin: (house) => house.redis.pause(), end: (house) => house.redis.resume() },
    {
      name: "full",
      longestMs: 3_000,
      begin: (house) => setMemory(house, "1mb"),
      end: (house) => setMemory(house, "0"),
    },
    { name: "restart", longestMs: 100, begin: () => undefined, end: (house) => house.redis.restart() },
  ],
  postgres: [
    {
      name: "SIGKILL",
      longestMs: 2_000,
      begin: (house) => house.postgres?.kill(),
      end: (house) => house.postgres?.restart(),
    },
    {
      name: "restart",
      longestMs: 100,
      begin: () => undefined,
      end: (house) => house.postgres?.restart(),
    },
  ],
  "gateway's network to redis": networkFaults((house) => house.links.gatewayRedis),
  "workers' network to redis": networkFaults((house) => house.links.workerRedis),
  "gateway's network to postgres": networkFaults((house) => house.links.gatewayPostgres),
  "workers' network to postgres": networkFaults((house) => house.links.workerPostgres),
  "silent model": [
    ...networkFaults((house) => house.links.silent),
    ...["hang", "fail-500", "fail-429", "cut", "slow-1500", "bad-json", "huge-8000000"].map(modelFault),
  ],
};

function networkFaults(of: (house: House) => House["links"]["silent"]): readonly Fault[] {
  const end = (house: House): void => of(house).heal();
  return [
    { name: "cut", longestMs: 3_000, begin: (house) => of(house).cut(), end },
    { name: "hang", longestMs: 4_000, begin: (house) => of(house).hang(), end },
    { name: "slow", longestMs: 3_000, begin: (house) => of(house).delay(40), end },
  ];
}

function modelFault(fault: string): Fault {
  return {
    name: fault,
    longestMs: 3_000,
    begin: (house) => house.silent.script(SILENT_MODEL, fault),
    end: (house) => house.silent.script(SILENT_MODEL, null),
  };
}

function first({ workers }: House): House["workers"][number] {
  const [worker] = workers;
  if (worker === undefined) throw new Error("there is no worker");
  return worker;
}

/** With `noeviction`, Redis's default: what does not fit is refused. */
async function setMemory({ redis }: House, bytes: string): Promise<void> {
  const client = new Redis(redis.url, { maxRetriesPerRequest: 1, retryStrategy: () => null });
  client.on("error", () => undefined);
  try {
    await client.config("SET", "maxmemory", bytes);
  } finally {
    client.disconnect();
  }
}

/** One entry of a schedule: what happens to what, from when, for how long. */
export interface Trouble {
  readonly target: string;
  readonly fault: Fault;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  readonly forMs: number;
}

/** Lets the troubles of one target come and go, one after the other. Says each as it begins. */
export async function play(troubles: readonly Trouble[], house: House, say: (text: string) => void): Promise<void> {
  const begun = clock.monotonic();
  for (const { target, fault, atMs, forMs } of troubles) {
    await clock.sleep(Math.max(0, begun + atMs - clock.monotonic()));
    const at = ((clock.monotonic() - begun) / 1_000).toFixed(1);
    say(`${at.padStart(6)} s  ${target}: ${fault.name}, ${Math.round(forMs)} ms`);
    try {
      await fault.begin(house);
      await clock.sleep(forMs);
    } finally {
      await fault.end(house);
    }
  }
}
