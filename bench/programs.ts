import { type Managed, pollUntil, spawnProcess, freePort } from "@understudy/testkit";
import { systemClock } from "@understudy/runtime";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { scratchFolder } from "./scratch.ts";

export const SILENT_MODEL = "evaluation-model";
/** Silent calls at once in one worker process. */
export const SILENT_CONCURRENCY = 64;

const GATEWAY = new URL("../apps/gateway/src/main.ts", import.meta.url);
const WORKER = new URL("../apps/worker/src/main.ts", import.meta.url);

/** What gateways and workers share. */
export interface Backends {
  readonly upstreamUrl: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Folder for CPU profiles; null takes none. */
  readonly cpuProf: string | null;
}

export interface Program {
  readonly url: string;
  readonly pid: number;
  /** Ends it in good order; after 10 s, at once. */
  stop(): Promise<void>;
}

export function startUpstream(): Promise<Program> {
  return startSpeaking(new URL("./upstream.ts", import.meta.url));
}

export function startPassThrough(upstreamUrl: string): Promise<Program> {
  return startSpeaking(new URL("./pass-through.ts", import.meta.url), upstreamUrl);
}

/** A gateway that mirrors every request, or none. */
export async function startGateway(backends: Backends, mirrored: boolean): Promise<Program> {
  const port = await freePort();
  const program = await startQuietly(GATEWAY, ["--port", String(port)], backends, mirrored);
  return readyAt(`http://127.0.0.1:${port}`, program);
}

/** A worker; its `url` has health and metrics. It is not waited for: it takes jobs as soon as it can. */
export async function startWorker(backends: Backends): Promise<Program> {
  const port = await freePort();
  const program = await startQuietly(WORKER, ["--metrics-port", String(port)], backends, true);
  return programAt(`http://127.0.0.1:${port}`, program);
}

/** A program of this folder, which says where it listens. */
async function startSpeaking(file: URL, ...args: readonly string[]): Promise<Program> {
  const program = spawnProcess("node", [fileURLToPath(file), ...args]);
  const { url } = await program.line((line) => "url" in line);
  return programAt(String(url), program);
}

async function startQuietly(
  file: URL,
  args: readonly string[],
  backends: Backends,
  mirrored: boolean,
): Promise<Managed> {
  const { upstreamUrl, redisUrl, databaseUrl, cpuProf } = backends;
  const config = path.join(scratchFolder(), "config.yaml");
  await writeFile(config, configText(upstreamUrl, mirrored));
  const profile = cpuProf === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${path.resolve(cpuProf)}`];
  // The log has a line for each request. They are written, but read here they would cost more than what is measured.
  return spawnProcess(
    "sh",
    ["-c", 'exec "$0" "$@" > /dev/null', process.execPath, ...profile, fileURLToPath(file), ...args],
    {
      env: { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, UNDERSTUDY_CONFIG: config, SPOOL_DIR: `${config}.spool` },
    },
  );
}

/** No limit of the queue may stand in for speed: every request is to be mirrored, and every job kept. */
export function configText(upstreamUrl: string, mirrored: boolean): string {
  return `
model_list:
  - model_name: primary-model
    litellm_params:
      model: openai/gpt-4o-mini
      api_base: ${upstreamUrl}/v1
      api_key: sk-test-primary-key
      ${mirrored ? `silent_model: ${SILENT_MODEL}` : ""}
  - model_name: ${SILENT_MODEL}
    litellm_params:
      model: openai/gpt-4o-mini
      api_base: ${upstreamUrl}/v1
      api_key: sk-test-silent-key
mirror_settings:
  max_queue_length: 1000000000
  concurrency: ${SILENT_CONCURRENCY}
`;
}

/** Where a program says that it is ready, and how long that may take. */
interface Readiness {
  readonly path?: string;
  readonly timeoutMs?: number;
}

/** Once it answers that it is ready: queue and database can be reached. */
export async function readyAt(url: string, program: Managed, readiness: Readiness = {}): Promise<Program> {
  const { path: healthPath = "/health/readiness", timeoutMs = 60_000 } = readiness;
  const ready = async (): Promise<boolean> => {
    const answer = await fetch(`${url}${healthPath}`);
    const text = await answer.text();
    return answer.ok && !text.includes("degraded");
  };
  const ended = program.exit.then(() => Promise.reject(new Error(`${url} ended at its start: ${program.stderr()}`)));
  await Promise.race([pollUntil(ready, { what: `${url} being ready`, timeoutMs }), ended]);
  return programAt(url, program);
}

const STOP_GRACE_MS = 10_000;

function programAt(url: string, program: Managed): Program {
  return {
    url,
    pid: program.pid,
    async stop() {
      const cancel = systemClock.after(STOP_GRACE_MS, () => program.kill("SIGKILL"));
      program.kill();
      await program.exit;
      cancel();
    },
  };
}
