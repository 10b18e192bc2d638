import { resolveConfig } from "@understudy/config";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { stillControl } from "@understudy/control/fixture";
import { createOverview } from "@understudy/evaluation";
import { silentLogger as logger } from "@understudy/runtime";
import { createManualClock } from "@understudy/runtime/fixture";
import { createStore, openEmbedded, type Store } from "@understudy/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { usualSettings } from "../fixtures/gateway.fixture.ts";
import { createOverviews, type Overviews } from "./overviews.ts";

const clock = createManualClock();
let store: Store;
let overviews: Overviews;
const made: string[] = [];
const told: string[] = [];

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock });
  await store.migrate();
  overviews = createOverviews({
    config: resolveConfig(usualSettings("http://127.0.0.1:9"), {}),
    control: stillControl(),
    store,
    clock,
    logger,
    maker: {
      overview(input) {
        made.push(input.experiment.id);
        if (input.experiment.silent === "broken") return Promise.reject(new Error("no memory"));
        return Promise.resolve(createOverview(input));
      },
    },
  });
  overviews.changed((ids) => told.push(...ids));
});

afterAll(async () => {
  await overviews.service.stop(AbortSignal.timeout(10_000));
  await store.close();
});

let pairs = 0;

async function savePair(silent: string): Promise<void> {
  pairs += 1;
  const key = { id: `main~${silent}`, primary: "main", silent };
  const pair = {
    id: `pair_${pairs}`,
    experiment: key.id,
    request_id: `req_${pairs}`,
    silent_model: silent,
    outcome: "paired",
    reason: null,
    created_at: clock.now() + pairs,
    primary: sampleCallRecord(),
    silent: sampleCallRecord(),
    request: null,
    comparison: null,
  } as const;
  await store.pairs.save(pair, key, { payloads: "metrics_only", retentionMs: 0 });
}

test("verdicts are made once for all who look, and again only where the evidence is another", async () => {
  expect(overviews.of("main~one")).toMatchObject({ verdict: null, without: "its verdict is being made" });
  for (const silent of ["one", "two", "broken"]) await savePair(silent);
  await Promise.all([overviews.ready(), overviews.ready(), overviews.ready()]);
  expect(made.toSorted()).toEqual(["main~broken", "main~one", "main~two"]);
  expect(overviews.of("main~one")).toMatchObject({
    verdict: { decision: "keep_watching", reason: expect.any(String), pairs: 0, measured: expect.any(Number) },
    saving: { usd_a_month: null, reason: expect.any(String) },
    without: null,
  });
  expect(overviews.of("main~broken")).toMatchObject({
    verdict: null,
    without: expect.stringContaining("could not be made"),
  });

  made.length = 0;
  told.length = 0;
  await savePair("two");
  await clock.advanceUntil(clock.sleep(61_000).then(() => overviews.ready()));
  expect(made).toEqual(["main~two"]);
  expect(told).toEqual(["main~two"]);
});
