import type { Reopening } from "@understudy/contracts";
import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { experiment, keepAll, pairNumber } from "./pair.fixture.ts";

/** The pair of this number failed a second after it was stored, and is tried again later. */
function reopening(number: number, of: Partial<Reopening> = {}): Reopening {
  return {
    pair_id: `pair_${number}`,
    experiment,
    failed_at: 1_001_000,
    admitted_at: 2_000_000,
    expires_at: 2_100_000,
    ...of,
  };
}

export function reopeningConforms(bench: Bench): void {
  const countsNow = async () => (await bench.store.experiments.read(experiment.id))?.counts;
  const failed = (number: number) => pairNumber(number, { outcome: "failed", reason: "server_error" });

  describe("reopening a failed pair", () => {
    test("takes its outcome, its figures and its texts back, and the mirror is pending with its new time", async () => {
      await bench.save(failed(1));
      await bench.save(failed(2));
      expect(await bench.store.pairs.reopen(reopening(1))).toBe("reopened");
      expect(await bench.store.pairs.read("pair_1")).toBeNull();
      expect((await bench.store.experiments.evidence(experiment.id))?.timeline.map(({ pairs }) => pairs)).toEqual([1]);
      expect(await countsNow()).toMatchObject({ admitted: 2, failed: 1, pending: 1 });
      const [overdue] = await bench.store.ledger.overdue({ before: 3_000_000, after: null, limit: 9 });
      expect(overdue).toMatchObject({ pair_id: "pair_1", expires_at: 2_100_000 });
    });

    test("makes room for one other outcome, with its figures and texts", async () => {
      await bench.save(failed(1));
      await bench.store.pairs.reopen(reopening(1));
      expect(await bench.save(pairNumber(1))).toBe("stored");
      expect(await bench.save(failed(1))).toBe("duplicate");
      expect(await bench.store.pairs.read("pair_1")).toEqual(pairNumber(1));
      expect(await countsNow()).toMatchObject({ admitted: 1, paired: 1, failed: 0, pending: 0 });
      expect(await bench.ids({ comparable: true })).toEqual(["pair_1"]);
    });

    test("finds it open when it was reopened before, or called lost since", async () => {
      await bench.save(failed(1));
      await bench.store.pairs.reopen(reopening(1));
      await bench.store.ledger.markLost(["pair_1"]);
      expect(await countsNow()).toMatchObject({ lost: 1, pending: 0 });
      expect(await bench.store.pairs.reopen(reopening(1))).toBe("open");
      expect(await countsNow()).toMatchObject({ admitted: 1, lost: 0, pending: 1 });
    });

    test("that this database has never seen admits it", async () => {
      const elsewhere = { id: "exp-new", primary: "gpt-main", silent: "cheap-model" };
      expect(await bench.store.pairs.reopen(reopening(1, { experiment: elsewhere }))).toBe("open");
      expect((await bench.store.experiments.read("exp-new"))?.counts).toMatchObject({ admitted: 1, pending: 1 });
    });

    test.each(["paired", "expired", "dropped"] as const)("leaves one that is %s as it is", async (outcome) => {
      await bench.save(pairNumber(1, { outcome }));
      expect(await bench.store.pairs.reopen(reopening(1))).toBe("ended");
      expect((await bench.store.pairs.read("pair_1"))?.outcome).toBe(outcome);
      expect(await countsNow()).toMatchObject({ admitted: 1, pending: 0 });
    });

    test("leaves the failure of a later try as it is", async () => {
      await bench.save(failed(1));
      expect(await bench.store.pairs.reopen(reopening(1, { failed_at: 1_000_000 }))).toBe("ended");
      expect(await bench.store.pairs.read("pair_1")).toEqual(failed(1));
    });

    test("by several at once reopens it once", async () => {
      await bench.save(failed(1));
      const all = await Promise.all(Array.from({ length: 8 }, () => bench.store.pairs.reopen(reopening(1))));
      expect(all.filter((reopened) => reopened === "reopened")).toHaveLength(1);
      expect(await countsNow()).toMatchObject({ admitted: 1, failed: 0, pending: 1 });
    });
  });
}

export function silentModelActivityConforms(bench: Bench): void {
  test("a silent model's outcomes since a time, and its drops by reason, over all its experiments", async () => {
    const other = { id: "exp-2", primary: "other-main", silent: experiment.silent };
    await bench.save(pairNumber(1));
    await bench.save(pairNumber(2, { outcome: "failed" }));
    await bench.store.pairs.save(pairNumber(3, { experiment: other.id }), other, keepAll);
    await bench.save(pairNumber(4, { outcome: "dropped", reason: "stalled", silent: null }));
    await bench.save(pairNumber(5, { outcome: "expired", silent: null }));
    const dropped = { experiment: experiment.id, kind: "dropped", reason: "queue_full" } as const;
    await bench.count([
      { ...dropped, stratum: "a", count: 2 },
      { ...dropped, stratum: "b", count: 3 },
      { ...dropped, kind: "skipped", reason: "not_sampled", count: 9 },
    ]);
    const quiet = { id: "exp-3", primary: "gpt-main", silent: "never-asked" };
    await bench.store.ledger.write({ id: "led_q", counts: [], admissions: [], withdrawn: [] }, [quiet]);
    const none = { paired: 0, failed: 0, expired: 0, dropped: 0 };
    expect(await bench.store.experiments.silentModelActivity(1_000_002)).toEqual([
      {
        silent_model: experiment.silent,
        ended: { paired: 1, failed: 1, expired: 1, dropped: 1 },
        dropped: { queue_full: 5, stalled: 1 },
      },
      { silent_model: "never-asked", ended: none, dropped: {} },
    ]);
  });
}
