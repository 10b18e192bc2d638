import type { Account, Caller, LedgerBatch } from "@understudy/contracts";
import { describe, expect, test } from "vitest";

import { admission, type Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, experiment, pairNumber } from "../pairs/pair.fixture.ts";

const SEARCH = { key_alias: "search", team: "growth" };
const SHOP = { key_alias: "shop", team: "growth" };
const NONE: Account = { admitted: 0, paired: 0, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} };

const pairOf = (number: number, caller: Caller | undefined, of: Parameters<typeof pairNumber>[1] = {}) =>
  pairNumber(number, { primary: callRecord({ request_id: `req_${number}`, ...(caller && { caller }) }), ...of });
const addsUp = ({ admitted, paired, failed, expired, dropped, lost, pending }: Account): boolean =>
  admitted === paired + failed + expired + Object.values(dropped).reduce((sum, one) => sum + one, 0) + lost + pending;

export function callersConform(bench: Bench): void {
  const accounts = async (by: "key" | "team" = "key") => {
    const read = await bench.store.experiments.callers(experiment.id, by);
    if (read === null) throw new Error("there is no such experiment");
    return read;
  };

  describe("the account by who called", () => {
    test("adds up for each, by key and by team, and all of them are the experiment's", async () => {
      const of = { experiment: experiment.id } as const;
      const batch: LedgerBatch = {
        id: "led_1",
        counts: [
          { ...of, kind: "skipped", reason: "not_sampled", count: 5 },
          { ...of, kind: "dropped", reason: "queue_full", count: 3 },
        ],
        callers: [
          { ...of, ...SEARCH, kind: "skipped", reason: "not_sampled", count: 4 },
          { ...of, ...SHOP, kind: "dropped", reason: "queue_full", count: 1 },
        ],
        admissions: [{ ...admission(1), caller: SEARCH }, { ...admission(2), caller: SHOP }, admission(3)],
        withdrawn: [],
      };
      for (let time = 0; time < 2; time += 1) await bench.store.ledger.write(batch, [experiment]);
      await bench.save(pairOf(1, SEARCH));
      await bench.save(pairOf(4, SEARCH, { outcome: "failed" }));
      await bench.save(pairOf(5, { key_alias: null, team: "growth" }, { outcome: "expired" }));
      await bench.save(pairOf(6, undefined));
      expect(await bench.store.ledger.markLost(["pair_2"])).toBe(1);
      const byKey = await accounts();
      expect(byKey.counts).toEqual(await bench.store.experiments.account(experiment.id));
      expect(byKey.callers).toEqual([
        { ...SEARCH, counts: { ...NONE, admitted: 2, paired: 1, failed: 1, skipped: { not_sampled: 4 } } },
        { ...SHOP, counts: { ...NONE, admitted: 2, dropped: { queue_full: 1 }, lost: 1 } },
      ]);
      const others = { ...NONE, dropped: { queue_full: 2 }, skipped: { not_sampled: 1 } };
      expect(byKey.others).toEqual({ ...others, admitted: 5, paired: 1, expired: 1, pending: 1 });
      const byTeam = await accounts("team");
      const growth = { admitted: 5, paired: 1, failed: 1, expired: 1, lost: 1 };
      expect(byTeam.callers).toEqual([
        {
          key_alias: null,
          team: "growth",
          counts: { ...NONE, ...growth, dropped: { queue_full: 1 }, skipped: { not_sampled: 4 } },
        },
      ]);
      expect(byTeam.others).toEqual({ ...others, admitted: 4, paired: 1, pending: 1 });
      const all = [byKey, byTeam].flatMap((read) => [
        read.counts,
        read.others,
        ...read.callers.map((one) => one.counts),
      ]);
      expect(all.filter((one) => !addsUp(one))).toEqual([]);
    });

    test("holds for a failed pair that is tried again, and for a job of which nothing else is known", async () => {
      await bench.save(pairOf(1, SHOP, { outcome: "failed", created_at: 10 }));
      const again = { pair_id: "pair_1", experiment, failed_at: 10, admitted_at: 11, expires_at: 12 };
      expect(await bench.store.pairs.reopen(again)).toBe("reopened");
      expect((await accounts()).callers).toEqual([{ ...SHOP, counts: { ...NONE, admitted: 1, pending: 1 } }]);
      expect(await bench.store.ledger.drop("pair_1", "unreadable_job")).toBe(true);
      const dropped = { ...NONE, admitted: 1, dropped: { unreadable_job: 1 } };
      expect(await accounts()).toEqual({ counts: dropped, callers: [{ ...SHOP, counts: dropped }], others: NONE });
    });

    test("is of the hundred with most mirrors, and the others are together", async () => {
      const of = { experiment: experiment.id, kind: "dropped", reason: "shutdown" } as const;
      const callers = Array.from({ length: 102 }, (_, at) => ({
        ...of,
        key_alias: `k${at}`,
        team: null,
        count: at + 1,
      }));
      const count = callers.reduce((sum, one) => sum + one.count, 0);
      await bench.store.ledger.write(
        { id: "led_1", counts: [{ ...of, count }], callers, admissions: [], withdrawn: [] },
        [experiment],
      );
      const read = await accounts();
      expect([read.callers.length, read.callers[0]?.key_alias, read.others.admitted]).toEqual([100, "k101", 3]);
    });

    test("of an experiment that is not there is null", async () => {
      expect(await bench.store.experiments.callers("exp-9", "key")).toBeNull();
    });
  });
}
