import { describeWith, stopAll } from "@understudy/testkit";
import { afterEach, expect, test } from "vitest";
import { runFaults } from "./fault-run.ts";
import { FAULTS } from "./faults.ts";
import { startHouse } from "./house.ts";
import { scheduleOf } from "./schedule.ts";

const SEEDS = [4, 23, 55];
const SECONDS = 12;
const RATE = 50;

afterEach(stopAll);

test("the seeds bring trouble to everything, and kill what can be killed", () => {
  const troubles = SEEDS.flatMap((seed) => [...scheduleOf(seed, SECONDS).values()].flat());
  expect(new Set(troubles.map(({ target }) => target))).toEqual(new Set(Object.keys(FAULTS)));
  const killed = troubles.filter(({ fault }) => fault.name === "SIGKILL").map(({ target }) => target);
  expect(new Set(killed)).toEqual(new Set(["gateway", "worker", "redis", "postgres"]));
});

test("a seed always gives the same troubles, and another one others", () => {
  expect([...scheduleOf(5, 60)]).toEqual([...scheduleOf(5, 60)]);
  expect([...scheduleOf(5, 60)]).not.toEqual([...scheduleOf(6, 60)]);
});

await describeWith({ redis: true, postgres: true }, "what was admitted has one outcome, whatever breaks", () => {
  for (const seed of SEEDS) {
    test(
      `seed ${seed}: npm run test:faults -- --seed ${seed} --seconds ${SECONDS} --rate ${RATE}`,
      { timeout: 150_000 },
      async () => {
        const house = await startHouse({ workers: 2, appendfsync: seed % 2 === 0 ? "always" : "everysec" });
        const said: string[] = [];
        const run = await runFaults(house, { seed, seconds: SECONDS, rate: RATE, say: (text) => void said.push(text) });
        expect(run.faults, said.join("\n")).toEqual([]);
        // A gateway that is down answers nobody; how long its start takes is the machine's.
        expect(run.answered).toBeGreaterThan((SECONDS * RATE) / 10);
      },
    );
  }
});
