import { systemClock as clock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { createStore, openPostgres, type Pair, type Store } from "@understudy/store";
import {
  describeWith,
  type Managed,
  spawnProcess,
  startPostgres,
  startRedis,
  stopAll,
  type TestRedis,
} from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { EARLIER, earlierVersion, whyNoEarlierVersion } from "./support/earlier-version.ts";
import {
  allPairs,
  chatBody,
  configText,
  EXPERIMENT,
  experimentWhen,
  getJson,
  send,
  writeConfig,
} from "./support/system.ts";

const PRIMARY = "gpt-3.5-turbo";
const SILENT = "gpt-4o";
const TODAY = ".";
/** Six processes of two versions start, two at once: a moment, or half a minute where others work too. */
const TIME = { timeout: 240_000 };

/** One request of each look that a job can have; `stage` makes its prompt one of its own. */
const REQUESTS: readonly ((stage: string) => { readonly prompt: string; readonly more: object })[] = [
  (stage) => ({ prompt: `${stage}: plain`, more: { user: "alice" } }),
  (stage) => ({ prompt: `${stage}: streamed`, more: { stream: true } }),
  // More than a job carries itself.
  (stage) => ({ prompt: `${stage}: ${"and so on, ".repeat(8_000)}`, more: {} }),
  (stage) => ({ prompt: `${stage}: with a tool`, more: { tools: [TOOL] } }),
];
const TOOL = { type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } };

interface Gateway {
  readonly url: string;
  readonly process: Managed;
}

/** What versions share while one follows the other: the queue, the database, the providers, the configuration. */
interface Shared {
  readonly simulator: Simulator;
  readonly redis: TestRedis;
  readonly databaseUrl: string;
  /** A gateway of the version whose source lies in the folder; gateways of the same `spool` are one after the other. */
  gateway(folder: string, spool: string): Promise<Gateway>;
  worker(folder: string): Promise<Managed>;
}

async function share(): Promise<Shared> {
  const simulator = createSimulator();
  const { url } = await simulator.start();
  const redis = await startRedis({ appendonly: true, appendfsync: "always" });
  const { url: databaseUrl } = await (await startPostgres()).createDatabase();
  const config = await writeConfig(configText(url, { primary: PRIMARY, silent: SILENT }));
  const common = { REDIS_URL: redis.url, DATABASE_URL: databaseUrl, UNDERSTUDY_CONFIG: config };
  return {
    simulator,
    redis,
    databaseUrl,
    gateway: async (folder, spool) => {
      const env = { ...common, SPOOL_DIR: `${config}.${spool}` };
      const process = spawnProcess("node", ["apps/gateway/src/main.ts", "--port", "0"], { env, cwd: folder });
      const line = await process.line(({ message }) => message === "gateway listens");
      return { url: String(line["url"]), process };
    },
    worker: async (folder) => {
      const process = spawnProcess("node", ["apps/worker/src/main.ts"], { env: common, cwd: folder });
      await process.line(({ message }) => message === "worker listens");
      return process;
    },
  };
}

async function withStore<T>(databaseUrl: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = createStore(openPostgres(databaseUrl, { onConnectionLost: () => undefined }), { clock });
  return await use(store).finally(() => store.close());
}

/** Asks one of each; resolves when all have their answers. */
async function ask({ url }: Gateway, stage: string): Promise<void> {
  const answers = REQUESTS.map(async (request) => {
    const { prompt, more } = request(stage);
    const response = await send(url, chatBody(prompt, more));
    expect(response.status, await response.text()).toBe(200);
  });
  await Promise.all(answers);
}

/** What the stored pairs were asked, once each; all have both answers. */
async function promptsOf({ url }: Gateway): Promise<readonly string[]> {
  const listed = await allPairs(url);
  const prompts = listed.map(async ({ id }) => {
    const { request, primary, silent } = await getJson<Pair>(`${url}/api/pairs/${id}`);
    expect([primary, silent].map((side) => side?.answer?.finish_reason)).not.toContain(undefined);
    return (request as { readonly messages: readonly { readonly content: string }[] }).messages[0]?.content ?? "";
  });
  return (await Promise.all(prompts)).toSorted();
}

async function ended(process: Managed): Promise<void> {
  process.kill();
  expect(await process.exit, process.stderr()).toEqual({ code: 0, signal: null });
}

const missing = await whyNoEarlierVersion();
const skipped = missing === null ? "" : ` [skipped: ${missing}]`;

await describeWith({ redis: true, postgres: true }, `an upgrade from ${EARLIER}, process by process${skipped}`, () => {
  afterAll(stopAll);

  test.skipIf(missing !== null)(
    "loses no pair, whoever of both admits it and calls the silent model",
    TIME,
    async () => {
      const before = await earlierVersion();
      const shared = await share();
      const { simulator, redis } = shared;
      const stages: string[] = [];
      const tell = async (gateway: Gateway, stage: string): Promise<void> => {
        stages.push(stage);
        await ask(gateway, stage);
      };
      const allPaired = ({ url }: Gateway) =>
        experimentWhen(url, ({ counts }) => counts.paired === stages.length * REQUESTS.length);

      const [first, worker] = await Promise.all([shared.gateway(before, "old"), shared.worker(before)]);
      await tell(first, "all of before");
      await allPaired(first);

      await withStore(shared.databaseUrl, (store) => store.migrate());
      await tell(first, "all of before, which run while the schema changes");
      await allPaired(first);

      await ended(first.process);
      const [old, today] = await Promise.all([shared.gateway(before, "old"), shared.gateway(TODAY, "new")]);
      await tell(old, "all of before, started on the schema of today");
      await tell(today, "gateway of today, worker of before");
      await allPaired(today);
      await allPaired(old);

      simulator.script(SILENT, "fail-500");
      await tell(old, "of before, tried in vain by the worker of before");
      await tell(today, "of today, tried in vain by the worker of before");
      await simulator.firstEnd(({ model, status }) => model === SILENT && status === 500);
      await ended(worker);
      simulator.script(SILENT, null);
      await tell(old, "gateway of before, worker of today");

      await redis.kill();
      await tell(old, "on the disk of the gateway of before");
      await ended(old.process);
      await redis.restart();
      const [heir] = await Promise.all([shared.gateway(TODAY, "old"), shared.worker(TODAY)]);
      const { counts } = await allPaired(heir);
      const all = stages.length * REQUESTS.length;
      expect(counts).toMatchObject({ admitted: all, failed: 0, dropped: {}, lost: 0, pending: 0 });
      const evidence = await withStore(shared.databaseUrl, (store) => store.experiments.evidence(EXPERIMENT));
      expect(evidence?.standings.measured).toBe(all);
      const asked = stages.flatMap((stage) => REQUESTS.map((request) => request(stage).prompt));
      expect(await promptsOf(heir)).toEqual(asked.toSorted());
    },
  );
});
