import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Longest turn of one contestant; for `worker` and `mirror` the longest run, for `memory` the run. */
  readonly seconds: number;
  /** How often every contestant has its turn. */
  readonly rounds: number;
  /** Connections of the load; `overhead` always uses one. */
  readonly connections: number;
  /** Requests of a turn, jobs of a run, or a second, `rollout`: simulated ones; null is the program's own number. `throughput` goes by time alone. */
  readonly requests: number | null;
  /** `faults`: whether what nobody waits for keeps to a core of its own. */
  readonly apart: boolean;
  /** `faults`: of the conditions only those whose names hold this text; null measures all. */
  readonly while: string | null;
  /** Whether one line of JSON closes the output. */
  readonly json: boolean;
  /** Folder for CPU profiles of gateways and workers; null takes none. */
  readonly cpuProf: string | null;
}

/** A flag that cannot be used. Its message says what to write. */
export class OptionsError extends Error {}

const DEFAULTS = { seconds: 5, rounds: 5, connections: 32 } as const;

export const OPTIONS_HELP = [
  `  --seconds N      longest turn (default ${DEFAULTS.seconds}); worker and mirror: longest run (default 60); memory: 600`,
  `  --rounds N       turns of every contestant; figures are medians over them (default ${DEFAULTS.rounds})`,
  `  --connections N  of the load (default ${DEFAULTS.connections}); overhead always uses one`,
  "  --requests N     overhead: of a turn (default 1000); worker and mirror: of a run (default 10000);",
  "                   memory: a second (default 200); faults: a second (default half of what saturates it);",
  "                   rollout: simulated rollouts of a row (default 1000)",
  "  --apart          faults: worker, Redis, PostgreSQL and silent model keep to the last core, as on another machine",
  "  --while TEXT     faults: only what holds this text, such as 'Redis'",
  "  --json           ends with one line of JSON",
  "  --cpu-prof DIR   writes CPU profiles of gateways and workers there",
].join("\n");

/** Reads the flags. Throws `OptionsError` for an unknown one or a value that is no positive whole number. */
export function readOptions(args: readonly string[], defaultSeconds: number = DEFAULTS.seconds): BenchOptions {
  const values = parseFlags(args);
  return {
    seconds: readCount("seconds", values.seconds) ?? defaultSeconds,
    rounds: readCount("rounds", values.rounds) ?? DEFAULTS.rounds,
    connections: readCount("connections", values.connections) ?? DEFAULTS.connections,
    requests: readCount("requests", values.requests),
    apart: values.apart === true,
    while: values.while ?? null,
    json: values.json === true,
    cpuProf: values["cpu-prof"] ?? null,
  };
}

const FLAGS = {
  seconds: { type: "string" },
  rounds: { type: "string" },
  connections: { type: "string" },
  requests: { type: "string" },
  apart: { type: "boolean" },
  while: { type: "string" },
  json: { type: "boolean" },
  "cpu-prof": { type: "string" },
} as const;

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new OptionsError((error as Error).message);
  }
}

function readCount(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new OptionsError(`--${flag}: ${text} is no whole number above 0`);
}
