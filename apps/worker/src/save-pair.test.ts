import { keepLines } from "@understudy/runtime/fixture";
import { systemClock } from "@understudy/runtime";
import { createStore, type Database, openEmbedded, type Pair, type Store } from "@understudy/store";
import { createMetrics } from "@understudy/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobNumber, noReview as admitReview, primaryRecord, QUESTION, simulatedConfig } from "./job.fixture.ts";
import { createSavePair } from "./save-pair.ts";

let database: Database;
let store: Store;

beforeAll(async () => {
  database = await openEmbedded("memory");
  store = createStore(database, { clock: systemClock });
  await store.migrate();
});
afterAll(() => store.close());

function bench(settings: object = {}) {
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const config = simulatedConfig("http://127.0.0.1:9", {}, settings);
  const counted = async (name: string): Promise<readonly string[]> =>
    (await metrics.text()).split("\n").filter((line) => line.startsWith(name));
  return {
    savePair: createSavePair({ store, metrics, logger, config, reviewed: () => config, sinks: null, admitReview }),
    lines,
    counted,
  };
}

function pairNumber(number: number, of: Partial<Pair> = {}): Pair {
  const request_id = `req_${number}`;
  return {
    id: `pair_${number}_quiet`,
    experiment: "exp-1",
    request_id,
    silent_model: "quiet",
    outcome: "paired",
    reason: null,
    created_at: systemClock.now(),
    primary: primaryRecord({ request_id }),
    silent: primaryRecord({ request_id, id: "call_2", role: "silent", is_silent_experiment: true }),
    request: QUESTION,
    comparison: { comparable: true },
    ...of,
  };
}

test("a pair is stored, its silent call logged and counted", async () => {
  const { savePair, lines, counted } = bench();
  await savePair(pairNumber(1), jobNumber(1));
  expect(await store.pairs.read("pair_1_quiet")).toMatchObject({ outcome: "paired", request: QUESTION });
  expect(await store.experiments.read("exp-1")).toMatchObject({ primary: "gpt-main", silent: "quiet" });
  expect(lines).toMatchObject([
    { message: "silent call ok", fields: { pair_id: "pair_1_quiet", experiment: "exp-1", is_silent_experiment: true } },
  ]);
  expect(await counted("understudy_pairs_total")).toEqual([
    'understudy_pairs_total{experiment="exp-1",outcome="paired"} 1',
  ]);
});

test("a pair that is there already is neither logged nor counted again", async () => {
  const { savePair, lines, counted } = bench();
  await savePair(pairNumber(2), jobNumber(2));
  await savePair({ ...pairNumber(2), created_at: 7 }, jobNumber(2));
  expect(lines).toHaveLength(1);
  expect(await counted("understudy_pairs_total")).toEqual([
    'understudy_pairs_total{experiment="exp-1",outcome="paired"} 1',
  ]);
});

test("a mirror without a silent call says why there is none", async () => {
  const { savePair, lines, counted } = bench();
  const pair = pairNumber(3, { outcome: "dropped", reason: "stalled", silent: null, comparison: null });
  await savePair(pair, jobNumber(3));
  expect(lines).toEqual([
    {
      level: "warn",
      message: "mirror dropped",
      fields: { pair_id: pair.id, experiment: "exp-1", reason: "stalled", request_id: "req_3" },
    },
  ]);
  expect(await counted("understudy_pairs_total")).toEqual([
    'understudy_pairs_total{experiment="exp-1",outcome="dropped"} 1',
  ]);
});

test("answers are in no log line unless that was asked for", async () => {
  const told = async (settings: object, number: number): Promise<string> => {
    const { savePair, lines } = bench(settings);
    await savePair(pairNumber(number), jobNumber(number));
    return JSON.stringify(lines);
  };
  expect(await told({}, 4)).not.toContain("Hello");
  expect(await told({ mirror_settings: { log_text: true } }, 5)).toContain("Hello");
});

test("texts are kept only where the job allows it", async () => {
  const { savePair } = bench();
  await savePair(pairNumber(6), jobNumber(6, { payloads: "metrics_only" }));
  await savePair(pairNumber(7), jobNumber(7, { retention_ms: -1 }));
  for (const id of ["pair_6_quiet", "pair_7_quiet"]) {
    expect(await store.pairs.read(id)).toMatchObject({ request: null, primary: { answer: { text: null } } });
  }
});

test("rejects, and neither logs nor counts, while the store cannot be written", async () => {
  const other = await openEmbedded("memory");
  const { logger, lines } = keepLines();
  const metrics = createMetrics({ service: "worker", defaultMetrics: false });
  const away = createStore(other, { clock: systemClock });
  await other.close();
  const savePair = createSavePair({
    store: away,
    metrics,
    logger,
    config: simulatedConfig("http://127.0.0.1:9"),
    reviewed: () => simulatedConfig("http://127.0.0.1:9"),
    admitReview,
    sinks: null,
  });
  await expect(savePair(pairNumber(8), jobNumber(8))).rejects.toThrow("closed");
  expect(lines).toEqual([]);
  expect(await metrics.text()).not.toContain("understudy_pairs_total{");
});
