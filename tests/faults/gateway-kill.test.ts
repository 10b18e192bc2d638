import { systemClock as clock } from "@understudy/runtime";
import { describeWith, stopAll } from "@understudy/testkit";
import { afterEach, expect, test } from "vitest";
import { checkAccount } from "./check-account.ts";
import { type House, startHouse } from "./house.ts";
import { runOpenLoad } from "./open-load.ts";
import { settled } from "./settled.ts";

/** What a gateway that has just begun can mirror as it comes on a crowded machine, too: while it compiles, it takes much more of the processor. */
const RATE = 60;
const KILLS = 3;
const BETWEEN_MS = 1_200;
const SETTLE_MS = 60_000;
/** Jobs are gathered for 5 ms and added in batches of 100; a queue that does not answer is waited for for 100 ms. */
const WINDOW_MS = 500;

const STATES: Readonly<Record<string, { begin(house: House): Promise<void>; end(house: House): Promise<void> }>> = {
  "Redis is there": { begin: () => Promise.resolve(), end: () => Promise.resolve() },
  "Redis is gone": { begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.restart() },
  "Redis hangs": { begin: ({ redis }) => redis.pause(), end: ({ redis }) => redis.resume() },
};

afterEach(stopAll);

await describeWith({ redis: true, postgres: true }, "a gateway killed under load loses its last batch at most", () => {
  for (const [name, state] of Object.entries(STATES)) {
    test(`while ${name}`, { timeout: 300_000 }, async () => {
      const house = await startHouse();
      const kill = async (): Promise<void> => {
        await state.begin(house);
        for (let count = 0; count < KILLS; count += 1) {
          await clock.sleep(BETWEEN_MS);
          await house.gateway.kill();
          await house.gateway.start();
        }
        await state.end(house);
      };
      // Starting takes its time, which differs; the load goes on a little after the last.
      const seconds = (KILLS * (BETWEEN_MS + 1_500)) / 1_000;
      const [seen] = await Promise.all([
        runOpenLoad({ url: house.gateway.url, rate: RATE, seconds, seed: 1, name: "kill" }),
        kill(),
      ]);
      const end = await settled(house, SETTLE_MS);
      const check = checkAccount({ ...end, seen, gatewayKills: house.gateway.kills }, { killWindowMs: WINDOW_MS });
      const { lostWithGateway, longestBeforeKillMs, faults } = check;
      const answered = seen.filter(({ status }) => status === 200).length;
      console.info(
        `${name}: ${KILLS} kills at ${RATE} requests/s, ${answered} answered; lost ${lostWithGateway}, ` +
          `answered at most ${longestBeforeKillMs} ms before`,
      );
      expect(faults).toEqual([]);
      expect(lostWithGateway).toBeLessThanOrEqual((KILLS * RATE * WINDOW_MS) / 1_000);
    });
  }
});
