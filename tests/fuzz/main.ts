import { systemClock } from "@understudy/runtime";
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Failure } from "./fuzz-messages.ts";
import { createRunner } from "./fuzz-runner.ts";
import type { Target } from "./target.ts";
import { SUBJECT_NAMES, targetsOf } from "./targets.ts";

// The fuzz suite by hand, for as long as wanted: npm run fuzz -- --minutes 60 [--seed 7] [--only NAME] [--path 12:0:3]

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
    path: { type: "string" },
  },
});
const say = (text: string): void =>
  void process.stdout.write(`${new Date(systemClock.now()).toISOString().slice(11, 19)} ${text}\n`);

/** Of one target before the next has its turn. */
const TURN_MS = 2_000;
const MOST_RUNS = 1_000_000;
/** Not committed. */
const FOLDER = "artifacts/fuzz";

const seed = Number(values.seed ?? systemClock.now() % 2 ** 31);
const named = (await Promise.all(SUBJECT_NAMES.map(targetsOf))).flat().filter(({ name }) => name.includes(values.only));
if (named.length === 0) {
  process.stderr.write(`no target is called so; there are: ${SUBJECT_NAMES.join(", ")}\n`);
  process.exit(2);
}
const runner = createRunner();
const ran = new Map<string, number>();
/** By target and what went wrong: the same fault is told once. */
const failed = new Map<string, Target>();

async function turn(target: Target, turnSeed: number): Promise<void> {
  // Of a thread that takes all memory at once Node makes an end of the process: then this tells what it was at.
  writeFileSync(`${FOLDER}/current.txt`, `--only "${target.name}" --seed ${turnSeed}\n`);
  const only = values.path === undefined ? { runs: MOST_RUNS } : { runs: 1, path: values.path };
  const { ran: runs, failure } = await runner.run({
    name: target.name,
    seed: turnSeed,
    timeLimitMs: TURN_MS,
    ...only,
  });
  ran.set(target.name, (ran.get(target.name) ?? 0) + runs);
  if (failure === null || failed.has(kindOf(target, failure))) return;
  failed.set(kindOf(target, failure), target);
  const file = `${FOLDER}/${target.name.replaceAll(/\W+/g, "-")}-${failure.seed}.txt`;
  writeFileSync(file, `${failure.message}\n\n${failure.input}\n`);
  say(`${target.pending === undefined ? "FAILED" : `pending (${target.pending})`}: ${target.name}`);
  say(`  ${failure.message.split("\n", 1)[0] ?? ""}`);
  say(
    `  again: npm run fuzz -- --only "${target.name}" --seed ${failure.seed} --path ${failure.path}; input in ${file}`,
  );
}

mkdirSync(FOLDER, { recursive: true });
say(`seed ${seed}, ${named.length} targets, ${values.minutes} minutes`);
const end = systemClock.monotonic() + Number(values.minutes) * 60_000;
for (let round = 0; round === 0 || (values.path === undefined && systemClock.monotonic() < end); round += 1) {
  for (const target of named) await turn(target, (seed + round) % 2 ** 31);
  if (round % 10 === 9) say(`${sum()} inputs so far`);
}
await runner.close();
const faulty = new Set([...failed.values()].map(({ name }) => name));
for (const [name, runs] of ran) say(`${String(runs).padStart(9)} ${name}${faulty.has(name) ? "  <- failed" : ""}`);
say(`${sum()} inputs, seed ${seed}`);
process.exitCode = [...failed.values()].some(({ pending }) => pending === undefined) ? 1 : 0;

function kindOf(target: Target, { message }: Failure): string {
  return `${target.name}: ${(message.split("\n", 1)[0] ?? "").replaceAll(/\d+/g, "0").slice(0, 120)}`;
}

function sum(): number {
  return [...ran.values()].reduce((total, runs) => total + runs, 0);
}
