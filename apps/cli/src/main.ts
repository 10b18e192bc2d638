#!/usr/bin/env node
import { runCheck } from "./check.ts";
import { runDemo } from "./demo.ts";
import { runJobs } from "./jobs.ts";
import { runQueues } from "./queues.ts";
import { runReplay } from "./replay.ts";
import { runReport } from "./report.ts";
import { runUp } from "./up.ts";

const COMMANDS = {
  up: runUp,
  check: runCheck,
  demo: runDemo,
  report: runReport,
  replay: runReplay,
  queues: runQueues,
  jobs: runJobs,
} as const;

const HELP = `Usage: understudy COMMAND [flags]

  up      gateway, worker and an embedded database in one process
  check   read a config.yaml and print what it means, or what is wrong with it
  demo    send a few hundred prompts and print what the pairs say
  report  print what the pairs of a running instance say: as tables, JSON, Markdown or CSV
  replay  send stored requests to another candidate
  queues  print how the silent models' queues of a running instance stand
  jobs    list, retry or discard failed jobs of a running instance

understudy COMMAND --help tells the flags of a command.
`;

const [command, ...args] = process.argv.slice(2);
const run = Object.entries(COMMANDS).find(([name]) => name === command)?.[1];
if (run !== undefined) {
  await run(args, process.env);
} else if (command === undefined || command === "help" || command === "--help") {
  process.stdout.write(HELP);
} else {
  process.stderr.write(`there is no command ${command}\n\n${HELP}`);
  process.exitCode = 1;
}
