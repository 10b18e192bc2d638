import { systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createTryLimit } from "./try-limit.ts";

function limitAt() {
  const time = { now: 0 };
  return { time, limit: createTryLimit({ ...systemClock, monotonic: () => time.now }) };
}

test("five wrong keys are free, then each doubles the wait, up to a minute", () => {
  const { time, limit } = limitAt();
  const waits: number[] = [];
  for (let failures = 0; failures < 13; failures += 1) {
    limit.failed("10.0.0.1");
    waits.push(limit.waitMs("10.0.0.1") / 1_000);
    time.now += limit.waitMs("10.0.0.1");
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect(limit.waitMs("10.0.0.1")).toBe(0);
  expect(limit.waitMs("10.0.0.2")).toBe(0);
});

test("the right key, or a quarter of an hour of peace, forgets them", () => {
  const { time, limit } = limitAt();
  for (let failures = 0; failures < 5; failures += 1) limit.failed("10.0.0.1");
  limit.succeeded("10.0.0.1");
  expect(limit.waitMs("10.0.0.1")).toBe(0);
  for (let failures = 0; failures < 20; failures += 1) limit.failed("10.0.0.1");
  time.now += 15 * 60_000 + 1;
  limit.failed("10.0.0.1");
  expect(limit.waitMs("10.0.0.1")).toBe(0);
});

test("addresses of one IPv6 network count as one, and an IPv4 address however it is written", () => {
  const { limit } = limitAt();
  for (const address of [
    "2001:db8::1",
    "2001:db8:0:0::2",
    "2001:db8:0:0:1:2:3:4",
    "2001:db8::",
    "2001:db8:0:0:ffff::",
  ]) {
    limit.failed(address);
  }
  expect(limit.waitMs("2001:db8::99")).toBe(1_000);
  expect(limit.waitMs("2001:db8:0:1::99")).toBe(0);
  for (let failures = 0; failures < 5; failures += 1) limit.failed("::ffff:10.0.0.1");
  expect(limit.waitMs("10.0.0.1")).toBe(1_000);
  expect(limit.waitMs("::1")).toBe(0);
});

test("of very many addresses the oldest are forgotten", () => {
  const { limit } = limitAt();
  for (let failures = 0; failures < 5; failures += 1) limit.failed("10.0.0.1");
  for (let other = 0; other < 10_000; other += 1) limit.failed(`11.${other >> 8}.${other & 255}.1`);
  expect(limit.waitMs("10.0.0.1")).toBe(0);
});
