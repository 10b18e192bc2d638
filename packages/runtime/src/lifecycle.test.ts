import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { createHost, type Service } from "./lifecycle.ts";
import { type Logger, silentLogger } from "./logger.ts";

interface Given {
  readonly start?: () => Promise<void>;
  readonly stop?: (deadline: AbortSignal) => Promise<void>;
}

/** Services that note in `steps` what happens to them. */
function servicesNoting(steps: string[], given: Readonly<Record<string, Given>>): readonly Service[] {
  return Object.entries(given).map(([name, { start, stop }]) => ({
    name,
    async start() {
      steps.push(`start ${name}`);
      await start?.();
    },
    async stop(deadline) {
      steps.push(`stop ${name}`);
      await stop?.(deadline);
      steps.push(`stopped ${name}`);
    },
  }));
}

const deps = { logger: silentLogger, clock: systemClock, graceMs: 10_000 };

describe("a host", () => {
  test("starts its parts in order and stops them the other way round, one after another", async () => {
    const steps: string[] = [];
    const host = createHost(servicesNoting(steps, { a: {}, b: {}, c: {} }), deps);
    await host.start();
    await host.stop();
    expect(steps).toEqual([
      "start a",
      "start b",
      "start c",
      "stop c",
      "stopped c",
      "stop b",
      "stopped b",
      "stop a",
      "stopped a",
    ]);
  });

  test("stops each part once however often it is told to", async () => {
    const steps: string[] = [];
    const host = createHost(servicesNoting(steps, { a: {} }), deps);
    await host.start();
    await Promise.all([host.stop(), host.stop()]);
    await host.stop();
    expect(steps).toEqual(["start a", "stop a", "stopped a"]);
  });

  test("that never started has nothing to stop", async () => {
    const steps: string[] = [];
    await createHost(servicesNoting(steps, { a: {} }), deps).stop();
    expect(steps).toEqual([]);
  });

  test("that fails to start stops what it had begun to start, and no more", async () => {
    const steps: string[] = [];
    const failing = { start: () => Promise.reject(new Error("the port is taken")) };
    const host = createHost(servicesNoting(steps, { a: {}, b: failing, c: {} }), deps);
    await expect(host.start()).rejects.toThrow("the port is taken");
    await host.stop();
    expect(steps).toEqual(["start a", "start b", "stop b", "stopped b", "stop a", "stopped a"]);
  });

  test("stops the rest when one part cannot, and logs it", async () => {
    const steps: string[] = [];
    const errors: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (...logged) => void errors.push(logged) };
    const failing = { stop: () => Promise.reject(new Error("stuck")) };
    const host = createHost(servicesNoting(steps, { a: {}, b: failing }), { ...deps, logger });
    await host.start();
    await host.stop();
    expect(steps.slice(2)).toEqual(["stop b", "stop a", "stopped a"]);
    expect(errors).toEqual([["stopping b failed", { error: "Error: stuck" }]]);
  });
});

describe("the grace period", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const never = new Promise<void>(() => undefined);
  const untilDeadline = (deadline: AbortSignal): Promise<void> =>
    new Promise((resolve) => deadline.addEventListener("abort", () => resolve(), { once: true }));

  test("is one for all parts: the deadline aborts when it is over", async () => {
    const steps: string[] = [];
    const host = createHost(servicesNoting(steps, { a: {}, b: { stop: untilDeadline } }), deps);
    await host.start();
    const stopping = host.stop();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(steps.slice(2)).toEqual(["stop b"]);
    await vi.advanceTimersByTimeAsync(1);
    await stopping;
    expect(steps.slice(2)).toEqual(["stop b", "stopped b", "stop a", "stopped a"]);
  });

  test("leaves a part behind that does not heed it, a moment later", async () => {
    const steps: string[] = [];
    const host = createHost(servicesNoting(steps, { a: {}, b: { stop: () => never } }), deps);
    await host.start();
    const stopping = host.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(steps.slice(2)).toEqual(["stop b"]);
    await vi.advanceTimersByTimeAsync(2_000);
    await stopping;
    expect(steps.slice(2)).toEqual(["stop b", "stop a", "stopped a"]);
  });

  test("that is over reaches parts whose turn comes later", async () => {
    const seen: boolean[] = [];
    const late = {
      stop: (deadline: AbortSignal) => {
        seen.push(deadline.aborted);
        return Promise.resolve();
      },
    };
    const host = createHost(servicesNoting([], { a: late, b: { stop: untilDeadline }, c: late }), deps);
    await host.start();
    const stopping = host.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopping;
    expect(seen).toEqual([false, true]);
  });

  test("leaves no timer behind when all stop in time", async () => {
    const host = createHost(servicesNoting([], { a: {}, b: {} }), deps);
    await host.start();
    await host.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
