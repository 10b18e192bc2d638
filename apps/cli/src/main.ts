#!/usr/bin/env node
import { keepFilesPrivate, loadKept, VERSION } from "@understudy/runtime";

type Run = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<void> | void;

/** Each loads what it stands on when it is asked for: a report does without the gateway. */
const COMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  up: async () => (await import("./up.ts")).runUp,
  gateway: async () => (await import("@understudy/gateway")).runGateway,
  worker: async () => (await import("@understudy/worker")).runWorker,
  migrate: async () => (await import("./migrate.ts")).runMigrate,
  simulator: async () => (await import("@understudy/simulator")).runSimulator,
  check: async () => (await import("./check.ts")).runCheck,
  demo: async () => (await import("./demo.ts")).runDemo,
  report: async () => (await import("./report.ts")).runReport,
  plan: async () => (await import("./plan.ts")).runPlan,
  replay: async () => (await import("./replay.ts")).runReplay,
  evaluate: async () => (await import("./evaluate.ts")).runEvaluate,
  experiments: async () => (await import("./experiments/experiments.ts")).runExperiments,
  pause: async () => (await import("./experiments/change.ts")).runPause,
  resume: async () => (await import("./experiments/change.ts")).runResume,
  set: async () => (await import("./experiments/change.ts")).runSet,
  promote: async () => (await import("./experiments/promote.ts")).runPromote,
  rollback: async () => (await import("./experiments/rollouts.ts")).runRollback,
  rollouts: async () => (await import("./experiments/rollouts.ts")).runRollouts,
  queues: async () => (await import("./queues.ts")).runQueues,
  jobs: async () => (await import("./jobs.ts")).runJobs,
  delete: async () => (await import("./delete.ts")).runDelete,
  label: async () => (await import("./label.ts")).runLabel,
};

const HELP = `Usage: understudy COMMAND [flags]

  up           gateway, worker and an embedded database in one process
  gateway      the gateway alone: primary calls, and their copies onto the queue
  worker       a worker alone: silent calls, comparisons, pairs
  migrate      bring the database's schema up to date before they start
  simulator    simulated providers, to try things on
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
const load = command === undefined || !Object.hasOwn(COMMANDS, command) ? undefined : COMMANDS[command];
if (load !== undefined) {
  const run = await loadKept(process.env, load);
  await run(args, process.env);
} else if (command === undefined || ["help", "--help", "-h"].includes(command)) {
  process.stdout.write(HELP);
} else if (["version", "--version", "-v"].includes(command)) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { nearestName } = await import("@understudy/config");
  const near = nearestName(command, Object.keys(COMMANDS));
  const meant = near === null ? "" : `; did you mean ${near}?`;
  process.stderr.write(`there is no command ${command}${meant}\n\n${HELP}`);
  process.exitCode = 1;
}
