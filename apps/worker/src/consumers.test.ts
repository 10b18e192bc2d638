import type { SilentModel } from "@understudy/config";
import { resolveConfig } from "@understudy/config";
import { NO_CONTROL, type QueueDepth } from "@understudy/contracts";
import { stillControl } from "@understudy/control/fixture";
import { createManualClock, keepLines } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { createConsumers } from "./consumers.ts";

const config = resolveConfig(
  { model_list: ["a", "b"].map((name) => ({ model_name: name, litellm_params: { model: `openai/${name}` } })) },
  {},
);
const NO_DEADLINE = new AbortController().signal;

function modelNamed(name: string, concurrency: number): SilentModel {
  const found = config.groups.find(({ model }) => model.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return { ...found.model, concurrency };
}

const EMPTY: QueueDepth = { waiting: 0, active: 0, delayed: 0, failed: 3 };

/** Consumers of models that the test changes, told of what becomes of them. */
function consumersOf(first: readonly SilentModel[]) {
  const told: string[] = [];
  const control = stillControl();
  const clock = createManualClock();
  const now = { models: first, unfed: new Set<string>(), depth: EMPTY, away: false };
  const consumers = createConsumers({
    models: () => now.models,
    isFed: (name) => !now.unfed.has(name),
    depthOf: () => (now.away ? Promise.reject(new Error("away")) : Promise.resolve(now.depth)),
    control,
    open: ({ name, concurrency }) => ({
      name,
      start: () => Promise.resolve(void told.push(`${name} starts with ${concurrency}`)),
      stop: () => Promise.resolve(void told.push(`${name} stops`)),
      setConcurrency: (next) => void told.push(`${name} has ${next}`),
    }),
    others: [],
    clock,
    logger: keepLines().logger,
  });
  const take = (): readonly string[] => told.splice(0);
  return {
    now,
    consumers,
    take,
    become: (next: readonly SilentModel[]): readonly string[] => {
      now.models = [...next];
      control.set({ ...NO_CONTROL, version: control.current().version + 1 });
      return take();
    },
    look: async (): Promise<readonly string[]> => {
      await clock.advance(30_000);
      return take();
    },
  };
}

test("a consumer comes with its silent model, follows its concurrency, and ends with the rest", async () => {
  const { consumers, become, take } = consumersOf([modelNamed("a", 2)]);
  await consumers.start();
  expect(take()).toEqual(["a starts with 2"]);
  expect(become([modelNamed("a", 5), modelNamed("b", 1)])).toEqual(["a has 5", "b starts with 1"]);
  expect(become([modelNamed("a", 5)])).toEqual(["a has 5"]);
  await consumers.stop(NO_DEADLINE);
  expect(take()).toEqual(["a stops", "b stops"]);
  expect(become([modelNamed("b", 9)])).toEqual([]);
});

test("one to which nothing goes any more ends once its queue is empty, and comes again while there are jobs", async () => {
  const { now, consumers, become, look, take } = consumersOf([modelNamed("a", 2), modelNamed("b", 1)]);
  await consumers.start();
  take();
  now.unfed.add("b");
  now.depth = { ...EMPTY, delayed: 1 };
  expect(await look()).toEqual([]);
  now.away = true;
  expect(await look()).toEqual([]);
  now.away = false;
  now.depth = EMPTY;
  expect(await look()).toEqual(["b stops"]);
  expect(await look()).toEqual([]);
  // As when a gateway brings out what lay on its disk.
  now.depth = { ...EMPTY, waiting: 2 };
  expect(await look()).toEqual(["b starts with 1"]);
  now.depth = EMPTY;
  expect(await look()).toEqual(["b stops"]);
  now.unfed.clear();
  expect(become(now.models)).toEqual(["a has 2", "b starts with 1"]);
  await consumers.stop(NO_DEADLINE);
  expect(take()).toEqual(["a stops", "b stops"]);
  expect(await look()).toEqual([]);
});

test("one to which nothing goes when the process begins comes where there is something left to do", async () => {
  const { now, consumers, look, take } = consumersOf([modelNamed("a", 2)]);
  now.unfed.add("a");
  await consumers.start();
  expect([...take(), ...(await look())]).toEqual([]);
  now.depth = { ...EMPTY, active: 1 };
  expect(await look()).toEqual(["a starts with 2"]);
  await consumers.stop(NO_DEADLINE);
});
