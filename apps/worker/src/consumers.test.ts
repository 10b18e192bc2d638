import type { SilentModel } from "@understudy/config";
import { resolveConfig } from "@understudy/config";
import { NO_CONTROL } from "@understudy/contracts";
import { stillControl } from "@understudy/control/fixture";
import { keepLines } from "@understudy/runtime/fixture";
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

test("a consumer comes with its silent model, follows its concurrency, stays, and ends with the rest", async () => {
  const told: string[] = [];
  const control = stillControl();
  let models = [modelNamed("a", 2)];
  const consumers = createConsumers({
    models: () => models,
    control,
    open: ({ name, concurrency }) => ({
      name,
      start: () => Promise.resolve(void told.push(`${name} starts with ${concurrency}`)),
      stop: () => Promise.resolve(void told.push(`${name} stops`)),
      setConcurrency: (next) => void told.push(`${name} has ${next}`),
    }),
    others: [],
    logger: keepLines().logger,
  });
  const become = (next: readonly SilentModel[]): readonly string[] => {
    told.length = 0;
    models = [...next];
    control.set({ ...NO_CONTROL, version: control.current().version + 1 });
    return [...told];
  };
  await consumers.start();
  expect(told).toEqual(["a starts with 2"]);
  expect(become([modelNamed("a", 5), modelNamed("b", 1)])).toEqual(["a has 5", "b starts with 1"]);
  expect(become([modelNamed("a", 5)])).toEqual(["a has 5"]);
  await consumers.stop(NO_DEADLINE);
  expect(told).toEqual(["a has 5", "a stops", "b stops"]);
  expect(become([modelNamed("b", 9)])).toEqual([]);
});
