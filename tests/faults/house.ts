import {
  closeAtEnd,
  type PrivatePostgres,
  startPostgres,
  startPrivatePostgres,
  startRedis,
  type TestRedis,
} from "@understudy/testkit";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Provider, type Restartable, startGateway, startProvider, startWorker } from "./processes.ts";
import { startProxy, type TcpProxy } from "./tcp-proxy.ts";

export const SILENT_GROUP = "evaluation-model";
export const EXPERIMENT = `primary-model~${SILENT_GROUP}`;
/** The silent model as its provider knows it. */
export const SILENT_MODEL = "gpt-4o";

export interface HouseOptions {
  readonly workers?: number;
  /** When Redis brings its append-only file to the disk. */
  readonly appendfsync?: "everysec" | "always";
  /** YAML of `mirror_settings`, one line. */
  readonly settings?: string;
  /** A second gateway, beside the first, that mirrors nothing. */
  readonly unmirrored?: boolean;
  /** The gateway's mirror rule can be made to throw. */
  readonly breakableRule?: boolean;
  /** More for the gateways' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Networks that can break, by who calls whom. */
export interface Links {
  readonly gatewayRedis: TcpProxy;
  readonly workerRedis: TcpProxy;
  readonly gatewayPostgres: TcpProxy;
  readonly workerPostgres: TcpProxy;
  readonly silent: TcpProxy;
}

/** All that Understudy is in production, each part a process that can be broken on its own. */
export interface House {
  readonly gateway: Restartable;
  /** Null unless it was asked for. */
  readonly unmirrored: Restartable | null;
  readonly workers: readonly Restartable[];
  readonly redis: TestRedis;
  /** Null where PostgreSQL's programs are not at hand: then only its network can break. */
  readonly postgres: PrivatePostgres | null;
  readonly links: Links;
  readonly primary: Provider;
  readonly silent: Provider;
  /** Past all that can break on the way. */
  readonly databaseUrl: string;
  readonly spoolFolder: string;
  /** The mirror rule throws while there is such a file, where the house was built for that. */
  readonly ruleSwitch: string;
}

/** Short enough for what is broken in a test to be over within it. */
const DEFAULT_SETTINGS = "{ timeout: 2, retries: 2, concurrency: 32, max_queue_length: 1000000 }";

/** Everything is ended by the testkit's `stopAll`. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-faults-"));
  const redis = await startRedis({ appendonly: true, appendfsync: options.appendfsync ?? "everysec" });
  const postgres = await startPrivatePostgres();
  closeAtEnd(async () => {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const databaseUrl = postgres?.url ?? (await (await startPostgres()).createDatabase()).url;
  const [primary, silent] = [await startProvider(), await startProvider()];
  const links: Links = {
    gatewayRedis: await startProxy(redis),
    workerRedis: await startProxy(redis),
    gatewayPostgres: await startProxy(hostOf(databaseUrl)),
    workerPostgres: await startProxy(hostOf(databaseUrl)),
    silent: await startProxy(silent),
  };
  closeAtEnd(async () => {
    for (const link of Object.values<TcpProxy>({ ...links })) await link.close();
  });
  const spoolFolder = path.join(folder, "spool");
  const settings = options.settings ?? DEFAULT_SETTINGS;
  const config = async (name: string, mirrored: boolean): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, configText(primary.port, mirrored ? links.silent.port : null, settings));
    return file;
  };
  const ruleSwitch = path.join(folder, "rule-throws");
  const gatewayEnv = {
    REDIS_URL: `redis://127.0.0.1:${links.gatewayRedis.port}`,
    DATABASE_URL: through(databaseUrl, links.gatewayPostgres),
    UNDERSTUDY_CONFIG: await config("config.yaml", true),
    SPOOL_DIR: spoolFolder,
    ...(options.breakableRule === true ? breakable(ruleSwitch) : {}),
    ...options.env,
  };
  const workerEnv = {
    REDIS_URL: `redis://127.0.0.1:${links.workerRedis.port}`,
    DATABASE_URL: through(databaseUrl, links.workerPostgres),
    UNDERSTUDY_CONFIG: gatewayEnv.UNDERSTUDY_CONFIG,
  };
  const unmirroredEnv = {
    ...gatewayEnv,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    UNDERSTUDY_CONFIG: await config("unmirrored.yaml", false),
    SPOOL_DIR: `${spoolFolder}-unmirrored`,
  };
  const gateway = await startGateway(gatewayEnv);
  const workers: Restartable[] = [];
  for (let count = 0; count < (options.workers ?? 1); count += 1) workers.push(await startWorker(workerEnv));
  const unmirrored = options.unmirrored === true ? await startGateway(unmirroredEnv) : null;
  return {
    gateway,
    unmirrored,
    workers,
    redis,
    postgres,
    links,
    primary,
    silent,
    databaseUrl,
    spoolFolder,
    ruleSwitch,
  };
}

function breakable(ruleSwitch: string): Readonly<Record<string, string>> {
  const { href } = new URL("throwing-rule.ts", import.meta.url);
  return { NODE_OPTIONS: `--import=${href}`, RULE_THROWS_WHILE: ruleSwitch };
}

function hostOf(databaseUrl: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(databaseUrl);
  return { host: hostname, port: Number(port || 5432) };
}

function through(databaseUrl: string, { port }: TcpProxy): string {
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}

/** `silentPort` null mirrors nothing. */
function configText(primaryPort: number, silentPort: number | null, settings: string): string {
  const primary = `
model_list:
  - model_name: primary-model
    litellm_params:
      model: openai/gpt-3.5-turbo
      api_base: http://127.0.0.1:${primaryPort}/v1
      api_key: sk-test-primary-key
`;
  if (silentPort === null) return primary;
  return `${primary}      silent_model: ${SILENT_GROUP}
  - model_name: ${SILENT_GROUP}
    litellm_params:
      model: openai/${SILENT_MODEL}
      api_base: http://127.0.0.1:${silentPort}/v1
      api_key: sk-test-silent-key
mirror_settings: ${settings}
`;
}
