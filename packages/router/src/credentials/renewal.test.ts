import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { createRenewed } from "./renewal.ts";

const HOUR_MS = 3_600_000;
const { signal } = new AbortController();
const SAME = { client: "one" };

/** A cloud that lends a number for an hour, when it is let. */
function cloud() {
  const clock = createSkippingClock();
  const waiting: PromiseWithResolvers<void>[] = [];
  const renewed = createRenewed(async (_credentials: { readonly client: string }) => {
    const gate = Promise.withResolvers<void>();
    const number = waiting.push(gate);
    await gate.promise;
    return { value: number, expiresAt: clock.now() + HOUR_MS };
  }, clock);
  const letGo = (index: number): void => waiting[index]?.resolve();
  return {
    clock,
    asked: () => waiting.length,
    letGo,
    refuse: (index: number, error: Error) => waiting[index]?.reject(error),
    renewed,
  };
}

describe("what a cloud lends", () => {
  test("is asked for once, however many calls wait and however many deployments name the same", async () => {
    const { renewed, asked, letGo } = cloud();
    const calls = Array.from({ length: 50 }, (_, index) => renewed(index % 2 === 0 ? SAME : { ...SAME }, signal));
    expect(asked()).toBe(1);
    letGo(0);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
    expect(await renewed(SAME, signal)).toBe(1);
    expect(asked()).toBe(1);
  });

  test("is another's for other credentials", async () => {
    const { renewed, letGo } = cloud();
    const calls = [renewed(SAME, signal), renewed({ client: "two" }, signal)];
    letGo(0);
    letGo(1);
    expect(await Promise.all(calls)).toEqual([1, 2]);
  });

  test("is renewed beside the calls before it expires, once; they wait for nothing", async () => {
    const { clock, renewed, asked, letGo } = cloud();
    const first = renewed(SAME, signal);
    letGo(0);
    await first;
    clock.advance(HOUR_MS * 0.81);
    expect(await Promise.all(Array.from({ length: 50 }, () => renewed(SAME, signal)))).toEqual(Array(50).fill(1));
    expect(asked()).toBe(2);
    letGo(1);
    await expect.poll(() => renewed(SAME, signal)).toBe(2);
    expect(asked()).toBe(2);
  });

  test("is waited for where none is left", async () => {
    const { clock, renewed, letGo } = cloud();
    const first = renewed(SAME, signal);
    letGo(0);
    await first;
    clock.advance(HOUR_MS * 0.96);
    const second = renewed(SAME, signal);
    letGo(1);
    expect(await second).toBe(2);
  });

  test("is not asked for again at once after a failure, and meanwhile what is left is used", async () => {
    const { clock, renewed, asked, letGo, refuse } = cloud();
    const first = renewed(SAME, signal);
    letGo(0);
    await first;
    clock.advance(HOUR_MS * 0.81);
    await renewed(SAME, signal);
    refuse(1, new Error("not now"));
    await expect.poll(async () => [await renewed(SAME, signal), asked()]).toEqual([1, 2]);
    clock.advance(HOUR_MS * 0.15);
    const late = renewed(SAME, signal);
    refuse(2, new Error("no more"));
    await expect(late).rejects.toThrow("no more");
    await expect(renewed(SAME, signal)).rejects.toThrow("no more");
    expect(asked()).toBe(3);
    clock.advance(10_000);
    const again = renewed(SAME, signal);
    letGo(3);
    expect(await again).toBe(4);
  });

  test("is waited for no longer by who leaves; the others get it", async () => {
    const { renewed, letGo } = cloud();
    const leaver = new AbortController();
    const left = renewed(SAME, leaver.signal);
    const stays = renewed(SAME, signal);
    leaver.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    letGo(0);
    expect(await stays).toBe(1);
  });
});
