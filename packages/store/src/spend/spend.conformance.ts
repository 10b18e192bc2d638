import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import type { Reservation } from "./spend-store.ts";

const DAY = "2026-03-01";
const reservation = (usd: number, of: Partial<Reservation> = {}): Reservation => ({
  account: "silent:quiet",
  day: DAY,
  usd,
  ...of,
});

export function spendConforms(bench: Bench): void {
  const spend = () => bench.store.spend.read("silent:quiet", DAY);

  describe("spend", () => {
    test("is reserved up to the cap, charged what it was, and reserved again from what came back", async () => {
      const { store } = bench;
      expect(await store.spend.reserve(reservation(0.6), 1)).toBe("reserved");
      expect(await store.spend.reserve(reservation(0.4), 1)).toBe("reserved");
      expect(await store.spend.reserve(reservation(0.1), 1)).toBe("wait");
      await store.spend.charge(reservation(0.6), 0.2);
      expect(await spend()).toEqual({ spentUsd: 0.2, reservedUsd: 0.4 });
      expect(await store.spend.reserve(reservation(0.4), 1)).toBe("reserved");
    });

    test("is reached when what was spent leaves no room, whatever is under way", async () => {
      const { store } = bench;
      await store.spend.reserve(reservation(0.5), 1);
      await store.spend.charge(reservation(0.5), 0.95);
      expect(await store.spend.reserve(reservation(0.1), 1)).toBe("reached");
      expect(await store.spend.reserve(reservation(0.05), 1)).toBe("reserved");
    });

    test("a call that is dearer than the whole cap is never made", async () => {
      expect(await bench.store.spend.reserve(reservation(1.1), 1)).toBe("reached");
      expect(await spend()).toEqual({ spentUsd: 0, reservedUsd: 0 });
    });

    test("what a process that died had reserved stays, and is not waited for", async () => {
      await bench.store.spend.reserve(reservation(0.9), 1);
      bench.now += 16 * 60_000;
      expect(await bench.store.spend.reserve(reservation(0.2), 1)).toBe("reached");
      expect(await bench.store.spend.reserve(reservation(0.1), 1)).toBe("reserved");
    });

    test("each account and each day has its own", async () => {
      const { store } = bench;
      expect(await store.spend.reserve(reservation(1), 1)).toBe("reserved");
      expect(await store.spend.reserve(reservation(1, { day: "2026-03-02" }), 1)).toBe("reserved");
      expect(await store.spend.reserve(reservation(1, { account: "judge:quiet" }), 1)).toBe("reserved");
    });

    test("of many that ask at once as many are told yes as there is room for", async () => {
      const answers = await Promise.all(
        Array.from({ length: 60 }, () => bench.store.spend.reserve(reservation(0.1), 2.5)),
      );
      expect(answers.filter((answer) => answer === "reserved")).toHaveLength(25);
      expect(await spend()).toEqual({ spentUsd: 0, reservedUsd: 2.5 });
    });

    test("whatever the order, reservations stay within the cap and come back to nothing", async () => {
      let run = 0;
      const holds = fc.asyncProperty(fc.array(step, { maxLength: 12 }), capUsd, async (steps, cap) => {
        run += 1;
        expect(await breaches(bench, `2026-run-${run}`, steps, cap)).toEqual([]);
      });
      await fc.assert(holds, { numRuns: 40 });
      expect(run).toBeGreaterThanOrEqual(40);
    });
  });
}

const usd = fc.double({ min: 0, max: 3, noNaN: true });
const capUsd = fc.double({ min: 0.1, max: 5, noNaN: true });
const step = fc.record({ estimate: usd, share: fc.double({ min: 0, max: 1, noNaN: true }), chargeFirst: fc.boolean() });

interface Step {
  readonly estimate: number;
  readonly share: number;
  readonly chargeFirst: boolean;
}

/** Numbers that were added up here and exactly there. */
const NEARLY = 1e-9;

/** Follows the steps, settling in the order of reservation, and tells what is not as it must be. */
async function breaches(
  { store }: Bench,
  day: string,
  steps: readonly Step[],
  cap: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  const open: { readonly reserved: Reservation; readonly actual: number }[] = [];
  let spent = 0;
  const chargeOldest = async (): Promise<void> => {
    const oldest = open.shift();
    if (oldest === undefined) return;
    await store.spend.charge(oldest.reserved, oldest.actual);
    spent += oldest.actual;
  };
  for (const { estimate, share, chargeFirst } of steps) {
    if (chargeFirst) await chargeOldest();
    const wanted = reservation(estimate, { day });
    const answer = await store.spend.reserve(wanted, cap);
    // A call that costs no more than was reserved for it never exceeds the cap.
    if (answer === "reserved") open.push({ reserved: wanted, actual: estimate * share });
    if (answer === "reached" && spent + estimate <= cap - NEARLY) found.push("reached, though there is room");
    if (answer === "wait" && spent + estimate > cap + NEARLY) found.push("wait, though there will be no room");
    const { spentUsd, reservedUsd } = await store.spend.read(wanted.account, day);
    if (spentUsd + reservedUsd > cap + NEARLY) found.push("beyond the cap");
  }
  while (open.length > 0) await chargeOldest();
  const end = await store.spend.read("silent:quiet", day);
  if (end.reservedUsd !== 0) found.push(`${end.reservedUsd} stay reserved`);
  if (Math.abs(end.spentUsd - spent) > NEARLY) found.push("what was spent is not what was settled");
  return found;
}
