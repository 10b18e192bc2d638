import { resolveConfig } from "@understudy/config";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { silentLogger as logger, systemClock } from "@understudy/runtime";
import { createManualClock } from "@understudy/runtime/fixture";
import { createStore, openEmbedded, type Store } from "@understudy/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unitTasksOf } from "../unit-tasks.ts";
import { createKeepHistories, type KeepHistories } from "./keep-histories.ts";

const KEY = { id: "main~candidate", primary: "main", silent: "candidate" };
const HOUR_MS = 3_600_000;
const config = resolveConfig(
  {
    model_list: ["main", "candidate"].map((name) => ({
      model_name: name,
      litellm_params: {
        model: `openai/${name}`,
        api_key: "sk-test",
        ...(name === "main" ? { silent_model: "candidate" } : {}),
      },
    })),
  },
  {},
);

const clock = createManualClock();
let store: Store;
let histories: KeepHistories;
let pairs = 0;

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock });
  await store.migrate();
  histories = createKeepHistories({ config, store, clock: { ...systemClock, now: () => clock.now() }, logger });
});

afterAll(async () => {
  await histories.service.stop(AbortSignal.timeout(10_000));
  await store.close();
});

async function enter(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    pairs += 1;
    const pair = {
      id: `pair_${pairs}`,
      experiment: KEY.id,
      request_id: `req_${pairs}`,
      silent_model: KEY.silent,
      outcome: "paired",
      reason: null,
      created_at: clock.now(),
      admitted_at: clock.now(),
      primary: sampleCallRecord(),
      silent: sampleCallRecord(),
      request: null,
      comparison: { comparable: true, not_comparable: [], agrees: true, agreement_rule: "short_text" },
      conversation: { key: `c${pairs}`, finer: null },
    } as const;
    await store.pairs.save(pair, KEY, { payloads: "metrics_only", retentionMs: 0 });
  }
  await clock.advance(2 * HOUR_MS);
  for (const task of unitTasksOf(config))
    for (let more = true; more;) ({ more } = await store.experiments.foldUnits(task));
  await histories.entered([KEY.id, "nobody~knows"]);
}

async function courseOf(name: string) {
  return (await store.histories.read(KEY.id)).find((history) => history.name === name);
}

test("where criteria stand is kept as conversations enter, with when they were decided", async () => {
  await enter(20);
  await enter(200);
  const errors = await courseOf("errors");
  expect(errors?.points.map((point) => point.pairs)).toEqual([20, 220]);
  expect(errors?.decided).toBeNull();
  const [first, second] = errors?.points ?? [];
  expect(second?.high ?? 1).toBeLessThan(first?.high ?? 0);
  // Too few more to tell anything new.
  await enter(1);
  expect((await courseOf("errors"))?.points).toHaveLength(2);
  await enter(100);
  expect((await courseOf("errors"))?.points.map((point) => point.pairs)).toEqual([20, 220, 321]);
  const kinds = await store.histories.kinds(KEY.id);
  expect(kinds.map(({ name }) => name)).toContain("answer=closed");
  expect(kinds[0]?.points.map((point) => point.pairs)).toEqual([20, 220, 321]);
  const checks = await courseOf("checks");
  expect(checks?.decided).toMatchObject({ state: "pass", pairs: 220 });
});
