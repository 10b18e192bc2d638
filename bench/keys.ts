import type { ClientKey } from "@understudy/config";
import { createKeyring, type Keyring } from "../apps/gateway/src/http/keyring.ts";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import type { Report, Row } from "./report.ts";
import { median } from "./stats.ts";

/** Keys beside the master key. */
const CLIENTS = [0, 1, 1_000];
const LOOKED_UP = 100_000;
/** Turns before the first that counts, so that none pays for the compiler. */
const WARM_UP = 5;

/** CPU time of finding out whose key a request came with. It needs no service. */
export function keys({ rounds }: BenchOptions): Promise<Report> {
  const rows = CLIENTS.map((count) => rowOf(count, rounds));
  return Promise.resolve({
    program: "keys",
    machine: describeMachine(),
    setup: { rounds, times: LOOKED_UP, ns: "CPU, median of rounds" },
    rows,
  });
}

function rowOf(count: number, rounds: number): Row {
  const clientKeys = Array.from({ length: count }, (_, number) => client(number));
  const masterKey = "sk-master-0123456789abcdef0123456789abcdef";
  const keyring = createKeyring({ masterKey, clientKeys });
  if (keyring === null) throw new Error("there is a master key");
  const costOf = (key: string): number => {
    for (let turn = 0; turn < WARM_UP; turn += 1) costOfSome(keyring, key);
    return median(Array.from({ length: rounds }, () => costOfSome(keyring, key)));
  };
  const last = clientKeys.at(-1);
  return {
    "client keys": count,
    "master key ns": costOf(masterKey),
    "last client key ns": last === undefined ? null : costOf(last.key),
    "unknown key ns": costOf(`${masterKey}0`),
  };
}

function client(number: number): ClientKey {
  const key = `sk-client-${String(number).padStart(32, "0")}`;
  return { key, alias: `client-${number}`, team: null, proxy: false, control: false };
}

/** Nanoseconds. */
function costOfSome(keyring: Keyring, key: string): number {
  const before = process.cpuUsage();
  for (let time = 0; time < LOOKED_UP; time += 1) keyring.holderOf(key);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / LOOKED_UP) * 1_000;
}
