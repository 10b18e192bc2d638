import { Missing, stopAll } from "@understudy/testkit";
import { compare } from "./compare.ts";
import { faults } from "./faults.ts";
import { machineLine } from "./machine.ts";
import { keys } from "./keys.ts";
import { type BenchOptions, OPTIONS_HELP, OptionsError, readOptions } from "./options.ts";
import { memory } from "./memory.ts";
import { mirror } from "./mirror.ts";
import { overhead } from "./overhead.ts";
import { parts } from "./parts.ts";
import type { PeerPlaces } from "./peers.ts";
import { type Report, say, table } from "./report.ts";
import { rollout } from "./rollout.ts";
import { throughput } from "./throughput.ts";
import { worker } from "./worker.ts";

/** Each with the longest turn, in seconds, that holds unless it is told another. */
const PROGRAMS: Readonly<Record<string, { seconds: number; run: (options: BenchOptions) => Promise<Report> }>> = {
  overhead: { seconds: 5, run: overhead },
  throughput: { seconds: 5, run: (options) => throughput(options, peerPlaces(process.env)) },
  worker: { seconds: 60, run: worker },
  mirror: { seconds: 60, run: mirror },
  memory: { seconds: 600, run: memory },
  faults: { seconds: 5, run: faults },
  compare: { seconds: 5, run: compare },
  rollout: { seconds: 5, run: rollout },
  keys: { seconds: 5, run: keys },
  parts: { seconds: 5, run: parts },
};

function peerPlaces({ PORTKEY_DIR, LITELLM_COMMAND }: NodeJS.ProcessEnv): PeerPlaces {
  return { portkeyFolder: PORTKEY_DIR ?? null, litellm: LITELLM_COMMAND ?? "litellm" };
}

const USAGE = `Usage: npm run bench -- ${Object.keys(PROGRAMS).join("|")} [flags]\n\n${OPTIONS_HELP}`;

async function main(name: string | undefined, args: readonly string[]): Promise<void> {
  const program = PROGRAMS[name ?? ""];
  if (program === undefined) throw new OptionsError(name === undefined ? "which one?" : `there is no ${name}`);
  const options = readOptions(args, program.seconds);
  const report = await program.run(options);
  const setup = Object.entries(report.setup).map(([key, value]) => `${key}: ${value}`);
  say(`\n${machineLine(report.machine)}\n${setup.join(", ")}\n\n${table(report.rows)}`);
  if (options.json) say(`\n${JSON.stringify(report, rounded)}`);
}

/** Six digits are more than any of these figures is good for. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

function explain(error: unknown): string {
  if (error instanceof OptionsError) return `${error.message}\n\n${USAGE}`;
  if (error instanceof Missing) return `cannot measure here: ${error.message}`;
  return String(error);
}

let interrupted = false;

// Databases and processes are ours to end, however this one ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupted = true;
    void stopAll().finally(() => process.exit(130));
  });
}

try {
  const [name, ...args] = process.argv.slice(2);
  await main(name, args);
} catch (error) {
  // What an interrupted run fails of is only that its processes are gone.
  if (!interrupted) process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
