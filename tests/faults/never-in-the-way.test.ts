import { describeWith, stopAll } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { percentile } from "../../bench/stats.ts";
import { CONDITIONS } from "./conditions.ts";
import { type House, startHouse } from "./house.ts";
import { ASKS, contentOf, runOpenLoad, type Seen } from "./open-load.ts";
import { drained } from "./settled.ts";

/** Of each gateway. */
const RATE = 30;
const SECONDS = 2;
/**
 * Beyond three times what a gateway that mirrors nothing takes at the same time, on the same machine: others use that,
 * too, so these are no figures of speed. What waits for Redis, PostgreSQL or a silent model waits for seconds.
 */
const P50_BEYOND_MS = 1_000;
const SLOWEST_BEYOND_MS = 3_000;
/** What a silent model leaves undone is over soon. */
const SETTINGS = "{ timeout: 1, retries: 0, concurrency: 64, max_queue_length: 1000000 }";
const DRAIN_MS = 60_000;
/** Of nine processes, on a machine that others use as well. */
const START_MS = 180_000;
/** So little that a Redis that is away fills it within one turn. */
const SPOOL_BYTES = 100_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "clients cannot tell what goes on behind their answers", () => {
  let house: House;

  beforeAll(async () => {
    const env = { SPOOL_MAX_BYTES: String(SPOOL_BYTES) };
    house = await startHouse({ unmirrored: true, breakableRule: true, settings: SETTINGS, env });
    // First answers pay for what is compiled on the way.
    await loadBoth("first");
  }, START_MS);

  // The work that one condition has left is no part of the next.
  afterEach(() => drained(house, DRAIN_MS), DRAIN_MS);

  async function loadBoth(name: string) {
    const [off, on] = await Promise.all([
      load(house.unmirrored?.url ?? "", `${name}-off`),
      load(house.gateway.url, `${name}-on`),
    ]);
    return { off, on };
  }

  for (const [index, condition] of CONDITIONS.entries()) {
    test(`while ${condition.name}`, async () => {
      await condition.begin(house);
      const { off, on } = await loadBoth(`condition-${index}`).finally(() => condition.end(house));
      expect((await condition.held?.(house)) ?? true).toBe(true);
      expect(statusesOf(off)).toEqual(new Set([200]));
      expect(statusesOf(on)).toEqual(new Set([200]));
      const answers = contentsOf(off);
      expect(answers).toHaveLength(ASKS.length);
      expect(contentsOf(on)).toEqual(answers);
      expect(latency(on, 0.5)).toBeLessThan(3 * latency(off, 0.5) + P50_BEYOND_MS);
      expect(latency(on, 1)).toBeLessThan(3 * latency(off, 1) + SLOWEST_BEYOND_MS);
    });
  }
});

function statusesOf(seen: readonly Seen[]): ReadonlySet<number | null> {
  return new Set(seen.map(({ status }) => status));
}

/** One for each kind of request, or more where answers to the same question differ. */
function contentsOf(seen: readonly Seen[]): readonly string[] {
  return [...new Set(seen.map((each) => `${each.kind} ${contentOf(each)}`))].toSorted();
}

function latency(seen: readonly Seen[], share: number): number {
  return percentile(
    seen.map(({ latencyMs }) => latencyMs),
    share,
  );
}

function load(url: string, name: string): Promise<readonly Seen[]> {
  return runOpenLoad({ url, rate: RATE, seconds: SECONDS, seed: 1, name });
}
