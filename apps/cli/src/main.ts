#!/usr/bin/env node
import { nearestName } from "@understudy/config";
import { keepFilesPrivate } from "@understudy/runtime";
import manifest from "../package.json" with { type: "json" };
import { runCheck } from "./check.ts";
import { runDelete } from "./delete.ts";
import { runDemo } from "./demo.ts";
import { runEvaluate } from "./evaluate.ts";
import { runPause, runResume, runSet } from "./experiments/change.ts";
import { runExperiments } from "./experiments/experiments.ts";
import { runPromote } from "./experiments/promote.ts";
import { runRollback, runRollouts } from "./experiments/rollouts.ts";
import { runJobs } from "./jobs.ts";
import { runLabel } from "./label.ts";
import { runPlan } from "./plan.ts";
import { runQueues } from "./queues.ts";
import { runReplay } from "./replay.ts";
import { runReport } from "./report.ts";
import { runUp } from "./up.ts";

const COMMANDS = {
  up: runUp,
  check: runCheck,
  demo: runDemo,
  report: runReport,
  plan: runPlan,
  replay: runReplay,
  evaluate: runEvaluate,
  experiments: runExperiments,
  pause: runPause,
  resume: runResume,
  set: runSet,
  promote: runPromote,
  rollback: runRollback,
  rollouts: runRollouts,
  queues: runQueues,
  jobs: runJobs,
  delete: runDelete,
  label: runLabel,
} as const;

const HELP = `Usage: understudy COMMAND [flags]

  up           gateway, worker and an embedded database in one process
  check        read a config.yaml and print what it means, or what is wrong with it
  demo         send a few hundred prompts and print what the pairs say
  report       print what the pairs say: as tables, JSON, Markdown or CSV
  plan         print how many pairs, days and dollars a decision takes

  experiments  list the experiments of a running instance, show one, or add one
  pause        an experiment mirrors nothing, or a rollout stays at its stage
  resume       it goes on
  set          change an experiment while it runs: rate, end, budget, calls at once
  promote      hand the lead over to a silent model, stage by stage
  rollback     take it back, at once
  rollouts     list the rollouts, show one with its guards, or move it on

  replay       send stored requests to another candidate
  evaluate     try checks of your own on stored pairs
  queues       print how the silent models' queues stand
  jobs         list, retry or discard failed jobs
  label        label pairs, blind: which answer is the better one
  delete       delete all of a user or session, of a request or pair, with a receipt

understudy COMMAND --help tells the flags of a command, understudy --version the version.
`;

keepFilesPrivate();
const [command, ...args] = process.argv.slice(2);
const run = Object.entries(COMMANDS).find(([name]) => name === command)?.[1];
if (run !== undefined) {
  await run(args, process.env);
} else if (command === undefined || ["help", "--help", "-h"].includes(command)) {
  process.stdout.write(HELP);
} else if (["version", "--version", "-v"].includes(command)) {
  process.stdout.write(`${manifest.version}\n`);
} else {
  const near = nearestName(command, Object.keys(COMMANDS));
  const meant = near === null ? "" : `; did you mean ${near}?`;
  process.stderr.write(`there is no command ${command}${meant}\n\n${HELP}`);
  process.exitCode = 1;
}
