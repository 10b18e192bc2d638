import { type Environment, FolderInUseError, systemClock as clock } from "@understudy/runtime";
import { ConfigError, findReplayModel, nearestName, type SilentModel } from "@understudy/config";
import { SettingsError } from "@understudy/launch";
import { type ExperimentSummary, type Store } from "@understudy/store";
import { openReplayBackends, readProcess, type ReplayBackends } from "./replay/backends.ts";
import { createEstimate, type Estimate } from "./replay/estimate.ts";
import { readReplayOptions, type ReplayOptions } from "./replay/options.ts";
import { createPatience } from "./replay/patiently.ts";
import { ReplayFault } from "./replay/replay-fault.ts";
import { asText, type ReplayResult } from "./replay/result.ts";
import { countReplay, runReplayOf } from "./replay/run-replay.ts";

const HELP = `Usage: understudy replay --experiment ID --silent NAME [flags]

Sends the stored requests of an experiment to another candidate, through the queue and the worker, and keeps the pairs as
an experiment of their own, marked as replay. The primary is not called again: its stored answer is one side of the pair.
Run again, the same command goes on where it stopped, and sends no request twice.

  --experiment ID    whose requests to send; understudy report lists the ids
  --silent NAME      model group to send them to; a silent model, or listed in mirror_settings.replay_models
  --limit N          requests in all, oldest first, earlier runs included (default: all whose texts are kept)
  --budget-usd USD   stop before the silent calls cost more than this, earlier runs included (default: no cap)
  --since TIME       only requests stored since then: 2026-01-31T12:00:00Z, epoch milliseconds, or 7d for ago
  --until TIME       only requests stored before then (default: now)
  --dry-run          send nothing; print how many it would be, and what they would cost
  --no-wait          end when all is on the queue, not when all has its outcome
  --format FORMAT    text or json (default text); progress is on standard error

  --config FILE      UNDERSTUDY_CONFIG  the gateway's config.yaml
  --redis-url URL    REDIS_URL          where the gateway's queues are, where it has a Redis
  --database-url URL DATABASE_URL       where its pairs are
  --data-dir FOLDER  DATA_DIR           without a database URL: the embedded database (default .understudy) of an
                                        instance that is stopped; this command is then the worker too
  --log-level LEVEL  LOG_LEVEL          debug, info, warn or error (default warn)
`;

/** `understudy replay`: exit code 1 when it cannot be done, 130 when it was stopped by a signal. */
export async function runReplay(args: readonly string[], env: Environment): Promise<void> {
  const options = readOptions(args);
  if (options === null) return;
  try {
    const result = await replayWith(options, env);
    process.stdout.write(`${options.format === "json" ? JSON.stringify(result, null, 2) : asText(result)}\n`);
    if (result.ended_by === "interrupted") process.exitCode = 130;
  } catch (error) {
    const told = [ConfigError, SettingsError, FolderInUseError, ReplayFault].some((kind) => error instanceof kind);
    if (!told) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function readOptions(args: readonly string[]): ReplayOptions | null {
  try {
    const options = readReplayOptions(args, clock.now());
    if (options === null) process.stdout.write(HELP);
    return options;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return null;
  }
}

async function replayWith(options: ReplayOptions, env: Environment): Promise<ReplayResult> {
  const read = readProcess(options.processArgs, env);
  const silent = findReplayModel(read.config, options.silent, "--silent");
  const estimate = createEstimate(read.config, silent.name);
  const backends = await openReplayBackends(read, silent, clock);
  if (backends.ownWorker && !options.wait) throw new SettingsError("--no-wait: this command is the worker too");
  const stop = stopSignal();
  try {
    await backends.host.start();
    return await replay(options, { backends, silent, estimate, signal: stop });
  } finally {
    await backends.host.stop();
  }
}

interface Parts {
  readonly backends: ReplayBackends;
  readonly silent: SilentModel;
  readonly estimate: Estimate;
  readonly signal: AbortSignal;
}

async function replay(options: ReplayOptions, { backends, silent, estimate, signal }: Parts): Promise<ReplayResult> {
  const { store, queues } = backends;
  const patiently = createPatience(clock, signal);
  await patiently(() => store.migrate());
  const source = await findExperiment(options.experiment, store);
  const plan = { ...options, source, silent };
  const deps = { store, queues, clock, estimate, patiently, signal };
  return options.dryRun ? countReplay(plan, deps) : runReplayOf(plan, deps);
}

async function findExperiment(id: string, store: Store): Promise<ExperimentSummary> {
  const known = await store.experiments.list();
  const found = known.find((experiment) => experiment.id === id);
  if (found !== undefined) return found;
  const ids = known.map((experiment) => experiment.id);
  const nearest = nearestName(id, ids);
  const there = ids.length === 0 ? "there is none yet" : `there is ${ids.join(", ")}`;
  throw new ReplayFault(`--experiment: there is no ${id}; ${nearest === null ? there : `did you mean ${nearest}?`}`);
}

/** Aborts at the first signal; the second ends the process as it would without us. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
