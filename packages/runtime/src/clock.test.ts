import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { describe, expect, test } from "vitest";
import { systemClock as clock } from "./clock.ts";

const A_DAY = 86_400_000;

describe("sleep", () => {
  test("lasts as long as asked", async () => {
    const start = clock.monotonic();
    await clock.sleep(20);
    // A timer may be a millisecond early by the monotonic clock.
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(19);
  });

  test("ends early with the signal's reason", async () => {
    const ender = new AbortController();
    const reason = new TypeError("enough");
    const sleeping = clock.sleep(A_DAY, ender.signal);
    ender.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  test("does not begin when the signal has aborted before", async () => {
    const reason = new TypeError("too late");
    await expect(clock.sleep(A_DAY, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("makes an error of a reason that is none", async () => {
    await expect(clock.sleep(A_DAY, AbortSignal.abort("shutdown"))).rejects.toThrow(new Error("shutdown"));
  });

  test("leaves no listener on the signal, however it ends", async () => {
    const ender = new AbortController();
    const listeners = (): number => getEventListeners(ender.signal, "abort").length;
    await Promise.all(Array.from({ length: 50 }, () => clock.sleep(1, ender.signal)));
    expect(listeners()).toBe(0);
    const sleeping = clock.sleep(A_DAY, ender.signal);
    expect(listeners()).toBe(1);
    ender.abort();
    await expect(sleeping).rejects.toBe(ender.signal.reason);
    expect(listeners()).toBe(0);
  });
});

describe("after", () => {
  test("calls once", async () => {
    const calls = await new Promise<number>((resolve) => {
      let count = 0;
      clock.after(1, () => (count += 1));
      clock.after(20, () => resolve(count));
    });
    expect(calls).toBe(1);
  });

  test("does not call when it was cancelled, and may be cancelled twice", async () => {
    let called = false;
    const cancel = clock.after(1, () => (called = true));
    cancel();
    cancel();
    await clock.sleep(20);
    expect(called).toBe(false);
  });
});

describe("every", () => {
  test("calls again and again until it is cancelled", async () => {
    let count = 0;
    const cancel = await new Promise<() => void>((resolve) => {
      const stop = clock.every(1, () => {
        count += 1;
        if (count === 3) resolve(stop);
      });
    });
    cancel();
    await clock.sleep(20);
    expect(count).toBe(3);
  });
});

test("timers that wait for nobody do not keep the process alive", async () => {
  const script = `
    import { systemClock } from ${JSON.stringify(new URL("clock.ts", import.meta.url).href)};
    systemClock.after(${A_DAY}, () => undefined);
    systemClock.every(${A_DAY}, () => undefined);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("now is the wall's time, monotonic never goes back", () => {
  expect(clock.now()).toBeGreaterThan(Date.UTC(2025, 0, 1));
  expect(Number.isInteger(clock.now())).toBe(true);
  const readings = Array.from({ length: 1_000 }, () => clock.monotonic());
  expect(readings).toEqual(readings.toSorted((one, other) => one - other));
});
