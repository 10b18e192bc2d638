import { resolveConfig } from "@understudy/config";
import type { CallRecord, Rollout } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { stillControl } from "@understudy/control/fixture";
import { guardRollout } from "@understudy/evaluation";
import { silentLogger as logger } from "@understudy/runtime";
import { createManualClock } from "@understudy/runtime/fixture";
import { createStore, openEmbedded, type Store, type UnitTask } from "@understudy/store";
import type { WebhookFact } from "@understudy/telemetry";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createConduct } from "./conduct.ts";
import { tellRollouts } from "./tell-rollouts.ts";

const HOUR_MS = 3_600_000;
const REVERSE = { id: "candidate~main", primary: "candidate", silent: "main" };
const TASK: UnitTask = {
  experiment: REVERSE.id,
  control: null,
  rules: { controlled: false, higherRung: false, margins: { latency: 1 / 1.2 } },
  horizonMs: 0,
  cost: { margin: null, silentCap: null, primaryCap: null },
  reverse: true,
  labels: null,
};
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
let rollout: Rollout;
let told: WebhookFact[] = [];
let stop = (): void => undefined;
const control = stillControl();
const following = { ...control, refresh: async () => control.set(await store.control.read()) };
const conduct = () =>
  createConduct({
    config,
    control: following,
    store,
    guard: (input) => Promise.resolve(guardRollout(input)),
    tell: (fact) => void told.push(fact),
    clock,
    logger,
  });

beforeAll(async () => {
  store = createStore(await openEmbedded("memory"), { clock });
  await store.migrate();
});

afterAll(() => store.close());

let pairs = 0;

beforeEach(begin);

async function begin(): Promise<void> {
  stop();
  for (const { id } of await store.control.rollouts(50))
    await store.control.rollBack(id, { who: "test", reason: null });
  await store.control.begin([{ id: "main~candidate", primary: "main", silent: "candidate" }]);
  rollout = await store.control.startRollout(
    {
      experiment: "main~candidate",
      primary: "main",
      silent: "candidate",
      stages: [5, 50, 100],
      sticky: "session",
      hold: { pairs: 20, hours: 1 },
      automatic: true,
      fallback: true,
      watch_ms: 24 * HOUR_MS,
      forced: false,
      baseline: { error_rate: 0, first_token_p95_ms: null },
      facts: {},
    },
    { who: "eve", reason: null },
  );
  await following.refresh();
  told = [];
  stop = tellRollouts(following, (fact) => void told.push(fact));
}

/** Pairs of what the candidate answered clients since a second ago, and the conversations that they are. */
async function answers(
  count: number,
  of: { readonly failed?: number; readonly oldFails?: boolean; readonly rollout?: string } = {},
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    pairs += 1;
    const failed = index < (of.failed ?? 0);
    await store.pairs.save(
      {
        id: `pair_${pairs}`,
        experiment: REVERSE.id,
        request_id: `req_${pairs}`,
        silent_model: REVERSE.silent,
        outcome: !failed && of.oldFails === true ? "failed" : "paired",
        reason: null,
        created_at: clock.now(),
        admitted_at: clock.now(),
        rollout: of.rollout ?? rollout.id,
        primary: answer(failed),
        silent: answer(!failed && of.oldFails === true),
        request: null,
        comparison: { comparable: true, not_comparable: [], agrees: true, agreement_rule: "short_text" },
        conversation: { key: `c${pairs}`, finer: null },
      },
      REVERSE,
      { payloads: "metrics_only", retentionMs: 0 },
    );
  }
  await clock.advance(10_000);
  for (let more = true; more;) ({ more } = await store.experiments.foldUnits({ ...TASK, rollout: rollout.id }));
}

function answer(failed: boolean): CallRecord {
  const error = { kind: "server_error", status: 500, message: "no", type: null, code: null, param: null } as const;
  return sampleCallRecord(failed ? { status: "error", answer: null, error } : {});
}

async function state(): Promise<string> {
  const now = await store.control.rollout(rollout.id);
  return `${now?.state} ${now?.stage}`;
}

test("a stage goes on when it has its pairs, its hours and guards that hold, to the watch and to its end", async () => {
  const conducted = conduct();
  await conducted.look();
  expect(await state()).toBe("running 0");
  await answers(30);
  await conducted.look();
  expect(conducted.status(rollout.id)).toMatchObject({ action: "go_on", stage_answers: 30, answers: 30 });
  await clock.advance(HOUR_MS);
  // Two gateways look at once, and one step is made.
  await Promise.all([conducted.look(), conduct().look()]);
  expect(await state()).toBe("running 1");
  await answers(30);
  await clock.advance(HOUR_MS);
  await conducted.look();
  expect(await state()).toBe("watching 2");
  expect((await store.control.read()).experiments).toMatchObject([{ state: "promoted" }]);
  await clock.advance(24 * HOUR_MS);
  await conducted.look();
  expect(await state()).toBe("done 2");
  expect(told.map(({ type, data }) => [type, data["to_percent"]])).toEqual([
    ["rollout_advanced", 50],
    ["rollout_advanced", 100],
    ["rollout_advanced", 100],
  ]);
});

test("answers that fail take it back, with the reason, and what came before it began does not", async () => {
  await answers(100, { failed: 50 });
  await begin();
  const conducted = conduct();
  await conducted.look();
  await answers(60);
  await conducted.look();
  expect(control.rollbacks).toEqual([]);
  // That the old model failed in the shadow of the others makes up for nothing.
  await answers(60, { failed: 40, oldFails: true });
  await conducted.look();
  expect(control.rollbacks).toMatchObject([
    { id: rollout.id, who: "guard", reason: expect.stringMatching(/^errors in answers that clients got: at least/) },
  ]);
  expect(told).toMatchObject([
    { type: "rollout_rolled_back", subject: "main~candidate", data: { from_percent: 5, to_percent: 0 } },
  ]);
});

test("what an earlier rollout's candidate answered is not held against the next one's, however late it ends", async () => {
  const earlier = rollout.id;
  await answers(20);
  await begin();
  const conducted = conduct();
  // Before a worker has read anything anew, the counts are still those of the earlier one.
  await conducted.look();
  await answers(20);
  await conducted.look();
  await answers(100, { failed: 80, rollout: earlier });
  await conducted.look();
  expect(control.rollbacks.filter(({ id }) => id === rollout.id)).toEqual([]);
  const { units } = await store.experiments.units(REVERSE.id);
  expect(units).toMatchObject({ pairs: 20, conversations: 20 });
  expect(conducted.status(rollout.id)?.guards.find(({ of }) => of === "served")).toMatchObject({ units: 20 });
  await answers(60, { failed: 50 });
  await conducted.look();
  expect(control.rollbacks.at(-1)).toMatchObject({ id: rollout.id, who: "guard" });
});

test("a database that is away stops nothing and moves nothing", async () => {
  const conducted = conduct();
  await conducted.look();
  const away = { ...store, experiments: { ...store.experiments, units: () => Promise.reject(new Error("away")) } };
  const without = createConduct({
    config,
    control: following,
    store: away,
    guard: () => Promise.reject(new Error("nobody asks")),
    tell: () => undefined,
    clock,
    logger,
  });
  await without.look();
  expect(await state()).toBe("running 0");
});
