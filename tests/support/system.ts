import type { ExperimentDetail, Pair } from "@understudy/store";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { type Managed, pollUntil, spawnProcess, startPostgres, startRedis, type TestRedis } from "@understudy/testkit";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export const EXPERIMENT = "primary-model~evaluation-model";

export interface SystemOptions {
  /** YAML after the two model groups (more of them, mirror_settings, …), given the provider's address. */
  readonly more?: string | ((providerUrl: string) => string);
  /** The whole configuration, given the provider's address, instead of the usual two model groups. */
  readonly config?: (providerUrl: string, simulator: Simulator) => string;
  /** Upstream model names, so that faults can be scripted. */
  readonly primary?: string;
  readonly silent?: string;
  readonly workers?: number;
  /** Whether Redis keeps its jobs on disk. */
  readonly appendonly?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the processes find the database, given where it is: a way there that can be cut. */
  readonly databaseWay?: (url: string) => Promise<string>;
}

/** Gateway and workers as processes of their own, on a private Redis, a fresh database and a simulated provider. */
export interface System {
  readonly url: string;
  readonly simulator: Simulator;
  readonly redis: TestRedis;
  readonly databaseUrl: string;
  /** What every process of the system is told: the services and the configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly gateway: Managed;
  readonly workers: Managed[];
  readonly spoolDir: string;
  startWorker(): Promise<Managed>;
  /** Another gateway, on the same spool. */
  startGateway(): Promise<{ readonly url: string; readonly gateway: Managed }>;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const simulator = createSimulator();
  const { url: providerUrl } = await simulator.start();
  const redis = await startRedis({ appendonly: options.appendonly ?? false });
  const database = await (await startPostgres()).createDatabase();
  const config = await writeConfig(options.config?.(providerUrl, simulator) ?? configText(providerUrl, options));
  const spoolDir = `${config}.spool`;
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: (await options.databaseWay?.(database.url)) ?? database.url,
    UNDERSTUDY_CONFIG: config,
    SPOOL_DIR: spoolDir,
    ...options.env,
  };

  const startGateway = async () => {
    const gateway = spawnProcess("node", ["apps/gateway/src/main.ts", "--port", "0"], { env });
    const { url } = await gateway.line((line) => line["message"] === "gateway listens");
    return { url: String(url), gateway };
  };
  const { url, gateway } = await startGateway();
  const workers: Managed[] = [];
  const startWorker = async (): Promise<Managed> => {
    const worker = spawnProcess("node", ["apps/worker/src/main.ts"], { env });
    workers.push(worker);
    await worker.line((line) => line["message"] === "worker listens");
    return worker;
  };
  for (let count = 0; count < (options.workers ?? 1); count += 1) await startWorker();
  const databaseUrl = database.url;
  return { url, simulator, redis, databaseUrl, env, gateway, workers, spoolDir, startWorker, startGateway };
}

export function configText(providerUrl: string, options: SystemOptions = {}): string {
  const { primary = "gpt-3.5-turbo", silent = "gpt-4o", more = "" } = options;
  const rest = typeof more === "string" ? more : more(providerUrl);
  return `
model_list:
  - model_name: primary-model
    litellm_params:
      model: openai/${primary}
      api_base: ${providerUrl}/v1
      api_key: sk-test-primary-key
      silent_model: evaluation-model
  - model_name: evaluation-model
    litellm_params:
      model: openai/${silent}
      api_base: ${providerUrl}/v1
      api_key: sk-test-silent-key
${rest}
`;
}

export async function writeConfig(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "understudy-test-")), "config.yaml");
  await writeFile(file, text);
  return file;
}

export function chatBody(prompt: string, more: object = {}): string {
  return JSON.stringify({ model: "primary-model", messages: [{ role: "user", content: prompt }], ...more });
}

export function send(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const options = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  return fetch(`${url}/v1/chat/completions`, options);
}

/** Sends `count` requests, a few at once; `each` sees every answer with its number. */
export async function sendMany(
  url: string,
  count: number,
  each: (response: Response, index: number) => void | Promise<void>,
  concurrency = 16,
): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const sendOn = async (): Promise<void> => {
    for (const index of indexes) {
      const stream = index % 3 === 0;
      await each(await send(url, chatBody(`What is ${index} plus ${index}?`, { stream })), index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendOn));
}

/** `key` is the gateway's, where it asks for one. */
export async function getJson<T>(url: string, key?: string): Promise<T> {
  const response = await fetch(url, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The experiment once `until` holds for it. */
export function experimentWhen(
  url: string,
  until: (detail: ExperimentDetail) => boolean,
  timeoutMs = 60_000,
): Promise<ExperimentDetail> {
  const read = (): Promise<ExperimentDetail> => getJson(`${url}/api/experiments/${EXPERIMENT}`);
  return pollUntil(read, { what: "the experiment's counts", until, timeoutMs, every: 100 });
}

/** Every stored pair, page by page. */
export async function allPairs(url: string, key?: string): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: { data: Pair[]; next_cursor: string | null } = await getJson(`${url}/api/pairs?limit=200${query}`, key);
    pairs.push(...page.data);
    cursor = page.next_cursor;
  }
  return pairs;
}
