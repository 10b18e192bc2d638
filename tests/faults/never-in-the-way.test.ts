import { describeWith, stopAll } from "@understudy/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { percentile } from "../../bench/stats.ts";
import { CONDITIONS } from "./conditions.ts";
import { type House, startHouse } from "./house.ts";
import { ASKS, contentOf, runOpenLoad, type Seen } from "./open-load.ts";

/** Of each gateway. */
const RATE = 50;
const SECONDS = 1.5;
/**
 * Beyond a gateway that mirrors nothing and has its load at the same time, on the same machine: others use that, too, so
 * these are no figures of speed. What waits for Redis, PostgreSQL or a silent model waits for seconds.
 */
const P50_BEYOND_MS = 100;
const SLOWEST_BEYOND_MS = 1_000;
/** So little that a Redis that is away fills it within one turn. */
const SPOOL_BYTES = 100_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "clients cannot tell what goes on behind their answers", () => {
  let house: House;

  beforeAll(async () => {
    house = await startHouse({ unmirrored: true, env: { SPOOL_MAX_BYTES: String(SPOOL_BYTES) } });
    // First answers pay for what is compiled on the way.
    await loadBoth("first");
  });

  async function loadBoth(name: string) {
    const [off, on] = await Promise.all([
      load(house.unmirrored?.url ?? "", `${name}-off`),
      load(house.gateway.url, `${name}-on`),
    ]);
    return { off, on };
  }

  for (const [index, condition] of CONDITIONS.entries()) {
    test(`while ${condition.name}`, { timeout: 60_000 }, async () => {
      await condition.begin(house);
      const { off, on } = await loadBoth(`condition-${index}`).finally(() => condition.end(house));
      expect(statusesOf(off)).toEqual(new Set([200]));
      expect(statusesOf(on)).toEqual(new Set([200]));
      const answers = contentsOf(off);
      expect(answers).toHaveLength(ASKS.length);
      expect(contentsOf(on)).toEqual(answers);
      expect(latency(on, 0.5)).toBeLessThan(latency(off, 0.5) + P50_BEYOND_MS);
      expect(latency(on, 1)).toBeLessThan(latency(off, 1) + SLOWEST_BEYOND_MS);
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
