import { systemClock, type Clock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { seededRandom } from "./answer/dice.ts";
import { parseFault } from "./fault.ts";
import { profileOf } from "./model-profile.ts";
import { drawPace } from "./pace.ts";
import { createSimulator } from "./simulator.ts";
import { post, question } from "./client.fixture.ts";

test("latencies spread around the profile's median, and speed divides them", () => {
  const profile = profileOf("gpt-4o");
  const random = seededRandom("pace");
  const drawn = Array.from({ length: 501 }, () => drawPace(profile, null, 2, random).firstTokenMs);
  const median = drawn.toSorted((one, other) => one - other)[250] ?? 0;
  expect(median).toBeGreaterThan((profile.medianMs / 2) * 0.9);
  expect(median).toBeLessThan((profile.medianMs / 2) * 1.1);
  expect(drawPace(profile, null, 2, random).perTokenMs).toBe(profile.perTokenMs / 2);
});

test("speed 0 and the fault instant wait for nothing; delays that are asked for hold all the same", () => {
  const profile = profileOf("gpt-4o");
  const random = seededRandom("pace");
  expect(drawPace(profile, null, 0, random)).toEqual({ firstTokenMs: 0, perTokenMs: 0 });
  expect(drawPace(profile, parseFault("instant"), 1, random)).toEqual({ firstTokenMs: 0, perTokenMs: 0 });
  expect(drawPace(profile, parseFault("slow-250"), 0, random)).toEqual({ firstTokenMs: 250, perTokenMs: 0 });
  expect(drawPace(profile, parseFault("slow"), 0, random).firstTokenMs).toBe(2000);
  expect(drawPace(profile, parseFault("slow-tokens-40"), 0, random)).toEqual({ firstTokenMs: 0, perTokenMs: 40 });
});

test("a model without a profile of its own gets one from its name", () => {
  expect(profileOf("house-model")).toEqual(profileOf("house-model"));
  expect(profileOf("house-model")).not.toMatchObject({ medianMs: profileOf("other-model").medianMs });
  expect(profileOf("gpt-4o-mini-2024-07-18").perTokenMs).toBe(profileOf("gpt-4o-mini").perTokenMs);
  expect(profileOf("gpt-35-turbo").snapshot).toBe("gpt-3.5-turbo-0125");
});

test("the server waits as drawn: once before a plain answer, and between the pieces of a stream", async () => {
  const sleeps: number[] = [];
  // Time stands still, so that every wait shows with its whole length.
  const clock: Clock = { ...systemClock, monotonic: () => 0, sleep: (ms) => Promise.resolve(void sleeps.push(ms)) };
  const simulator = createSimulator({ clock });
  const { url } = await simulator.start();
  await (await post(url, question("gpt-4o@slow-300", "Hello!"))).text();
  expect(sleeps.splice(0)).toEqual([300]);
  await (await post(url, question("gpt-4o@slow-tokens-20", "Hello!", { stream: true }))).text();
  expect(sleeps.slice(0, 3)).toEqual([20, 40, 60]);
  await simulator.stop();
});
