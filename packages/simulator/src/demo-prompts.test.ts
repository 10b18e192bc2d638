import { expect, test } from "vitest";
import { demoRequests } from "./demo-prompts.ts";

test("there are about 300 requests, all different and always the same", () => {
  const requests = demoRequests();
  expect(requests.length).toBeGreaterThanOrEqual(280);
  expect(requests.length).toBeLessThanOrEqual(320);
  expect(new Set(requests.map(({ messages }) => JSON.stringify(messages))).size).toBe(requests.length);
  expect(demoRequests()).toEqual(requests);
});

test("they vary in form", () => {
  const requests = demoRequests();
  const count = (has: (request: (typeof requests)[number]) => boolean): number => requests.filter(has).length;
  expect(count(({ stream }) => stream === true) / requests.length).toBeCloseTo(1 / 3, 1);
  expect(count(({ tools }) => tools !== undefined)).toBeGreaterThan(20);
  expect(count(({ response_format }) => response_format !== undefined)).toBeGreaterThan(20);
  expect(count(({ temperature }) => temperature !== undefined)).toBeGreaterThan(40);
  expect(count(({ messages }) => messages.length > 2)).toBeGreaterThan(10);
  expect(count(({ messages }) => JSON.stringify(messages).length > 2_500)).toBeGreaterThan(4);
  expect(count((request) => "model" in request)).toBe(0);
});
