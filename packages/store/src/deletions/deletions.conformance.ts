import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, pairNumber } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";

const NOBODY = { users: [], sessions: [] };

export function deletionsConform(bench: Bench): void {
  const pairOf = (number: number, subject: Pair["subject"], startedAt = 1_000): Pair => {
    const timing = { started_at: startedAt, total_ms: 1, model_ms: 1, first_token_ms: null, queue_wait_ms: null };
    const request_id = `req_${number}`;
    const primary = callRecord({ request_id, client_request_id: `mine-${number}`, timing });
    return pairNumber(number, { primary, subject: subject ?? NOBODY, conversation: { key: "conv", finer: null } });
  };
  const open = (kind: "user" | "session" | "request" | "pair", name: string) =>
    bench.store.deletions.open({ id: `del_${name}`, kind, name, requested_at: 5_000, open_until: 2_000_000 });

  describe("deletions", () => {
    test("take texts and whose they were from all pairs of a user, and leave figures", async () => {
      await bench.save(pairOf(1, { users: ["ann", "ann-2"], sessions: ["s"] }));
      await bench.save(pairOf(2, { users: ["bob"], sessions: ["s"] }));
      await bench.save(pairOf(3, { users: ["ann"], sessions: [] }, 6_000));
      const deleted = await bench.store.deletions.deletePairs(await open("user", "ann"));
      expect(deleted).toEqual({ pairs: 1, texts: 1, reviews: 0, pair_ids: ["pair_1"] });
      const gone = await bench.store.pairs.read("pair_1");
      expect(gone).toMatchObject({ request: null, primary: { client_request_id: null, usage: { input_tokens: 10 } } });
      expect((await bench.store.pairs.read("pair_2"))?.request).not.toBeNull();
      // Asked after the deletion was.
      expect((await bench.store.pairs.read("pair_3"))?.request).not.toBeNull();
      expect(await bench.ids({ requestId: "mine-1" })).toEqual([]);
      expect((await bench.store.deletions.deletePairs(await open("session", "s"))).pair_ids).toEqual(["pair_2"]);
    });

    test("find a request by either id, and a pair by its own", async () => {
      for (const number of [1, 2, 3]) await bench.save(pairOf(number, NOBODY));
      for (const [kind, name, id] of [
        ["request", "req_1", "pair_1"],
        ["request", "mine-2", "pair_2"],
        ["pair", "pair_3", "pair_3"],
      ] as const) {
        expect(await bench.store.deletions.deletePairs(await open(kind, name))).toMatchObject({
          texts: 1,
          pair_ids: [id],
        });
      }
    });

    test("hold for a pair that is stored later, and not for one that was asked later", async () => {
      await open("user", "ann");
      expect(await bench.save(pairOf(1, { users: ["ann"], sessions: [] }))).toBe("stored");
      await bench.save(pairOf(2, { users: ["ann"], sessions: [] }, 6_000));
      expect(await bench.store.pairs.read("pair_1")).toMatchObject({
        request: null,
        primary: { client_request_id: null },
      });
      expect(await bench.store.pairs.read("pair_2")).toMatchObject({ primary: { client_request_id: "mine-2" } });
      expect((await bench.store.pairs.read("pair_2"))?.request).not.toBeNull();
      expect((await bench.store.experiments.read("exp-1"))?.counts).toMatchObject({ paired: 2 });
    });

    test("are closed when their time is over, forget whom they meant, and keep their receipt", async () => {
      const deletion = await open("request", "req_9");
      await bench.store.deletions.saveReceipt(deletion.id, { texts: 3 });
      expect(await bench.store.deletions.listOpen(1_000_000)).toEqual([deletion]);
      expect(await bench.store.deletions.listOpen(2_000_000)).toEqual([]);
      expect(await bench.store.deletions.listOpen(1_000_000)).toEqual([{ ...deletion, value: "" }]);
      expect(await bench.store.deletions.receipt(deletion.id)).toEqual({ texts: 3 });
      expect(await bench.store.deletions.receipt("del_none")).toBeNull();
    });
  });
}
