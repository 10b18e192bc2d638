import { type Clock, silentLogger, systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createSchemaService } from "./schema-service.ts";

const never: Promise<never> = new Promise(() => undefined);

/** Timers that go off only when they are told to. */
function heldClock() {
  const due: { readonly ms: number; readonly run: () => void }[] = [];
  const after = (ms: number, run: () => void): (() => void) => {
    const timer = { ms, run };
    due.push(timer);
    return () => void (due.includes(timer) && due.splice(due.indexOf(timer), 1));
  };
  const clock: Clock = { ...systemClock, after };
  return { clock, due };
}

test("a start waits for the schema", async () => {
  const { clock, due } = heldClock();
  const { promise, resolve } = Promise.withResolvers<void>();
  const service = createSchemaService({ migrate: () => promise }, clock, silentLogger);
  let started = false;
  const starting = service.start().then(() => (started = true));
  await Promise.resolve();
  expect(started).toBe(false);
  resolve();
  await starting;
  expect(due).toEqual([]);
});

test("a start waits no longer than two seconds for a database that does not answer", async () => {
  const { clock, due } = heldClock();
  const service = createSchemaService({ migrate: () => never }, clock, silentLogger);
  const starting = service.start();
  expect(due.map(({ ms }) => ms)).toEqual([2_000]);
  due[0]?.run();
  await starting;
});

test("a database that refuses is tried again every two seconds, until it takes the schema", async () => {
  const { clock, due } = heldClock();
  let tries = 0;
  const migrate = (): Promise<void> => {
    tries += 1;
    return tries < 3 ? Promise.reject(new Error("away")) : Promise.resolve();
  };
  await createSchemaService({ migrate }, clock, silentLogger).start();
  for (const wanted of [2, 3]) {
    expect(due.map(({ ms }) => ms)).toEqual([2_000]);
    due.pop()?.run();
    await Promise.resolve();
    await Promise.resolve();
    expect(tries).toBe(wanted);
  }
  expect(due).toEqual([]);
});
