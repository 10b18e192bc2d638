import { describe, expect, test } from "vitest";
import { createBackground } from "./background.ts";
import { keepLines } from "./lines.fixture.ts";
import { silentLogger } from "./logger.ts";

describe("background work", () => {
  test("begins at once and holds nobody up", async () => {
    const background = createBackground(silentLogger);
    const gate = Promise.withResolvers<void>();
    const steps: string[] = [];
    background.run("work", async () => {
      steps.push("begun");
      await gate.promise;
      steps.push("ended");
    });
    expect(steps).toEqual(["begun"]);
    gate.resolve();
    await background.drained();
    expect(steps).toEqual(["begun", "ended"]);
    expect(background.failures()).toBe(0);
  });

  test.for<readonly [what: string, work: () => void | Promise<void>]>([
    [
      "throws",
      () => {
        throw new RangeError("out of bounds");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("out of bounds"))],
    [
      "rejects later",
      async () => {
        await Promise.resolve();
        throw new RangeError("out of bounds");
      },
    ],
  ])("that %s is logged and counted, and reaches nobody", async ([, work]) => {
    const { logger, lines } = keepLines();
    const background = createBackground(logger);
    expect(() => background.run("the work", work)).not.toThrow();
    await background.drained();
    expect(background.failures()).toBe(1);
    expect(lines).toEqual([
      { level: "error", message: "background work failed: the work", fields: { error: "RangeError: out of bounds" } },
    ]);
  });

  test("fails for itself alone", async () => {
    const background = createBackground(silentLogger);
    const done: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      background.run("work", async () => {
        await Promise.resolve();
        if (index % 2 === 0) throw new Error("even");
        done.push(index);
      });
    }
    await background.drained();
    expect(done).toEqual([1, 3, 5, 7, 9]);
    expect(background.failures()).toBe(5);
  });

  test("is drained only when what it began itself has ended too", async () => {
    const background = createBackground(silentLogger);
    const steps: string[] = [];
    background.run("outer", async () => {
      await Promise.resolve();
      background.run("inner", async () => {
        await new Promise(setImmediate);
        steps.push("inner");
      });
      steps.push("outer");
    });
    await background.drained();
    expect(steps).toEqual(["outer", "inner"]);
  });

  test("is drained when there is none", async () => {
    await expect(createBackground(silentLogger).drained()).resolves.toBeUndefined();
  });
});
