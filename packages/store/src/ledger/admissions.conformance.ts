import type { LedgerBatch } from "@understudy/contracts";
import { describe, expect, test } from "vitest";

import { admission, type Bench } from "../database/conformance-bench.fixture.ts";
import { experiment, pairNumber } from "../pairs/pair.fixture.ts";

const all = { before: 1_000_000, after: null, limit: 100 };

export function admissionsConform(bench: Bench): void {
  const countsNow = async () => (await bench.store.experiments.read(experiment.id))?.counts;
  const overdue = async (query: Partial<Parameters<Bench["store"]["ledger"]["overdue"]>[0]> = {}) =>
    (await bench.store.ledger.overdue({ ...all, ...query })).map(({ pair_id }) => pair_id);

  describe("admissions", () => {
    test("a batch counts once, however often it is written", async () => {
      const counts = [{ experiment: experiment.id, kind: "dropped", reason: "queue_full", count: 2 }] as const;
      const batch: LedgerBatch = { id: "led_1", counts, admissions: [admission(1)], withdrawn: [] };
      for (let time = 0; time < 3; time += 1) await bench.store.ledger.write(batch, [experiment]);
      expect(await countsNow()).toMatchObject({ admitted: 3, dropped: { queue_full: 2 }, pending: 1 });
    });

    test("one that was given up is withdrawn with the batch that counts its drop", async () => {
      await bench.count([], [1, 2]);
      const counts = [{ experiment: experiment.id, kind: "dropped", reason: "shutdown", count: 1 }] as const;
      await bench.store.ledger.write({ id: "led_x", counts, admissions: [], withdrawn: ["pair_2"] }, [experiment]);
      expect(await countsNow()).toMatchObject({ admitted: 2, dropped: { shutdown: 1 }, pending: 1 });
    });

    test("one whose pair is stored before it is written is no admission any more", async () => {
      await bench.save(pairNumber(1));
      await bench.count([], [1]);
      expect(await countsNow()).toMatchObject({ admitted: 1, paired: 1, pending: 0 });
      expect(await overdue()).toEqual([]);
    });

    test("are overdue in the order in which they expire, page by page", async () => {
      await bench.count([], [3, 1, 2, 4]);
      await bench.save(pairNumber(2));
      expect(await overdue()).toEqual(["pair_1", "pair_3", "pair_4"]);
      expect(await overdue({ before: 2_004 })).toEqual(["pair_1", "pair_3"]);
      const [first] = await bench.store.ledger.overdue({ ...all, limit: 1 });
      expect(first).toEqual({ pair_id: "pair_1", experiment: "exp-1", silent_model: "cheap-model", expires_at: 2_001 });
      expect(await overdue({ after: first ?? null })).toEqual(["pair_3", "pair_4"]);
    });

    test("a lost one is counted as lost, once, until its outcome comes after all", async () => {
      await bench.count([], [1, 2]);
      expect(await bench.store.ledger.markLost(["pair_1", "pair_9"])).toBe(1);
      expect(await bench.store.ledger.markLost(["pair_1"])).toBe(0);
      expect(await overdue()).toEqual(["pair_2"]);
      expect(await countsNow()).toMatchObject({ admitted: 2, lost: 1, pending: 1 });
      await bench.save(pairNumber(1));
      expect(await countsNow()).toMatchObject({ admitted: 2, paired: 1, lost: 0, pending: 1 });
    });

    test("one with an outcome is never called lost", async () => {
      await bench.save(pairNumber(1));
      await bench.count([], [1]);
      expect(await bench.store.ledger.markLost(["pair_1"])).toBe(0);
    });
  });
}
