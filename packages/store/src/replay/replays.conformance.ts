import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, DAY_MS, experiment, keepAll, keepFigures, pairNumber } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";
import { InvalidCursorError } from "../pairs/pair-store.ts";
import type { ReplayClaim } from "./replay-store.ts";

const replay = { id: "exp-1~replay", primary: "gpt-main", silent: "cheap-model", replay: true };

/** The replay of the pair of this number, to the same silent model. */
const replayed = (number: number, of: Partial<Pair> = {}): Pair =>
  pairNumber(number, { id: `replay_${number}`, experiment: replay.id, ...of });

const claim = (number: number, estimate_usd: number | null = 0.5): ReplayClaim => {
  return { pair_id: `replay_${number}`, admitted_at: 1_000, expires_at: 2_000, estimate_usd };
};

async function textsOf(bench: Bench, query: { since?: number; until?: number } = {}): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let cursor: string | null = null;
  do {
    const page = await bench.store.pairs.listTexts({
      experiment: experiment.id,
      limit: 2,
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    pairs.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return pairs;
}

export function textsConform(bench: Bench): void {
  describe("texts", () => {
    test("are read oldest first, each pair once, and say where there are none", async () => {
      for (const number of [3, 1, 4]) await bench.save(pairNumber(number));
      await bench.store.pairs.save(pairNumber(2), experiment, keepFigures);
      await bench.store.pairs.save(replayed(1), replay, keepAll);
      const pairs = await textsOf(bench);
      expect(pairs.map(({ id }) => id)).toEqual(["pair_1", "pair_2", "pair_3", "pair_4"]);
      expect(pairs[0]).toEqual(pairNumber(1));
      expect(pairs.map(({ request }) => request === null)).toEqual([false, true, false, false]);
      expect((await textsOf(bench, { since: 1_000_002, until: 1_000_004 })).map(({ id }) => id)).toEqual([
        "pair_2",
        "pair_3",
      ]);
      expect(await bench.store.pairs.countTexts({ experiment: "exp-1" })).toEqual({ pairs: 4, with_texts: 3 });
      bench.now = 1_000_003 + DAY_MS;
      expect(await bench.store.pairs.countTexts({ experiment: "exp-1", since: 1_000_004 })).toEqual({
        pairs: 1,
        with_texts: 1,
      });
      expect((await textsOf(bench)).map(({ request }) => request === null)).toEqual([true, true, true, false]);
      await expect(bench.store.pairs.listTexts({ experiment: "exp-1", limit: 1, cursor: "x" })).rejects.toThrow(
        InvalidCursorError,
      );
    });
  });
}

export function replaysConform(bench: Bench): void {
  describe("replays", () => {
    test("stand beside the live pair of the same request and silent model, as an experiment marked as replay", async () => {
      await bench.save(pairNumber(1));
      expect(await bench.store.pairs.save(replayed(1), replay, keepAll)).toBe("stored");
      expect(await bench.store.pairs.save(replayed(1, { outcome: "failed" }), replay, keepAll)).toBe("duplicate");
      const marks = (await bench.store.experiments.list()).map(({ id, replay: mark }) => [id, mark]);
      expect(marks).toEqual([
        ["exp-1", false],
        ["exp-1~replay", true],
      ]);
      expect(await bench.store.experiments.read(replay.id)).toMatchObject({ replay: true, counts: { paired: 1 } });
    });

    test("are admitted once, however often they are claimed", async () => {
      const twice = Array.from({ length: 4 }, () => bench.store.replays.claim([claim(1), claim(2)], replay));
      await Promise.all(twice);
      await bench.store.replays.claim([claim(2), claim(3)], replay);
      await bench.store.replays.claim([claim(3)], replay);
      expect((await bench.store.experiments.read(replay.id))?.counts).toMatchObject({ admitted: 3, pending: 3 });
      await bench.store.ledger.markLost(["replay_3"]);
      await bench.store.pairs.save(replayed(1), replay, keepAll);
      const one = { admitted: 3, paired: 1, pending: 1, lost: 1 };
      expect((await bench.store.experiments.read(replay.id))?.counts).toMatchObject(one);
      await bench.store.replays.claim([claim(1), claim(3)], replay);
      const again = { admitted: 3, paired: 1, pending: 2, lost: 0 };
      expect((await bench.store.experiments.read(replay.id))?.counts).toMatchObject(again);
    });

    test("tell what they cost, and what they may still cost", async () => {
      const claims = [1, 2, 3, 4].map((number) => claim(number, number));
      await bench.store.replays.claim([...claims, claim(5, null)], replay);
      const nothing = { spent_usd: 0, settled_estimate_usd: 0, pending_estimate_usd: 10 };
      expect(await bench.store.replays.spend(replay.id)).toEqual(nothing);
      const silent = callRecord({ cost_usd: 0.25 });
      await bench.store.pairs.save(replayed(1, { silent }), replay, keepAll);
      await bench.store.pairs.save(replayed(2, { silent }), replay, keepAll);
      await bench.store.pairs.save(
        replayed(3, { silent: null, outcome: "expired", comparison: null }),
        replay,
        keepAll,
      );
      expect(await bench.store.replays.spend(replay.id)).toEqual({
        spent_usd: 0.5,
        settled_estimate_usd: 3,
        pending_estimate_usd: 4,
      });
      const states = await bench.store.replays.read(["replay_1", "replay_3", "replay_4", "replay_9"]);
      expect(states.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
        { id: "replay_1", outcome: "paired", cost_usd: 0.25 },
        { id: "replay_3", outcome: "expired", cost_usd: null },
        { id: "replay_4", outcome: null, cost_usd: null },
      ]);
      expect(await bench.store.replays.read([])).toEqual([]);
    });
  });
}
