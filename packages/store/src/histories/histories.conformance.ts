import type { CriterionOverview } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import type { Bench } from "../database/conformance-bench.fixture.ts";

function criterion(pairs: number, changes: Partial<CriterionOverview> = {}): CriterionOverview {
  return {
    name: "errors",
    unit: "points",
    margin: 0.02,
    low: -1 / pairs,
    high: 1 / pairs,
    estimate: 0,
    state: "open",
    pairs,
    conversations: pairs,
    control: null,
    reason: "because",
    ...changes,
  };
}

export function historiesConform(bench: Bench): void {
  const add = (pairs: number, changes: Partial<CriterionOverview> = {}, rules = "r", kinds: string[] = ["stream"]) =>
    bench.store.histories.add({
      experiment: "a~b",
      rules,
      pairs,
      at: pairs * 1_000,
      criteria: [criterion(pairs, { ...changes, name: "latency", unit: "ratio" }), criterion(pairs, changes)],
      kinds: kinds.map((name) => ({ ...criterion(pairs), name })),
    });

  describe("histories of criteria", () => {
    test("are kept as pairs come, each moment once, in the order of the criteria", async () => {
      expect(await bench.store.histories.newest("a~b")).toBeNull();
      expect(await bench.store.histories.read("a~b")).toEqual([]);
      await Promise.all([add(10), add(10), add(10)]);
      await add(20, { state: "pass" });
      await add(15);
      await add(30, { state: "pass" });
      expect(await bench.store.histories.newest("a~b")).toEqual({ rules: "r", pairs: 30 });
      const [errors, latency] = await bench.store.histories.read("a~b");
      expect([errors?.name, latency?.name]).toEqual(["errors", "latency"]);
      expect(errors?.points.map(({ pairs, at }) => [pairs, at])).toEqual([
        [10, 10_000],
        [20, 20_000],
        [30, 30_000],
      ]);
      expect(errors?.decided).toEqual({ state: "pass", pairs: 20, at: 20_000 });
      await add(40, { state: "open" });
      expect((await bench.store.histories.read("a~b"))[0]?.decided).toBeNull();
    });

    test("are kept of kinds of request as well, of those that there are now", async () => {
      await add(10, {}, "r", ["stream", "tools"]);
      await add(20, {}, "r", ["answer=json", "stream"]);
      const kinds = await bench.store.histories.kinds("a~b");
      expect(kinds.map(({ name, points }) => [name, points.map(({ pairs }) => pairs)])).toEqual([
        ["answer=json", [20]],
        ["stream", [10, 20]],
      ]);
      expect(await bench.store.histories.kinds("nobody~knows")).toEqual([]);
      await add(5, {}, "others");
      expect((await bench.store.histories.kinds("a~b"))[0]?.points).toMatchObject([{ pairs: 5 }]);
    });

    test("begin anew under other rules, and of a criterion whose margin is another", async () => {
      await add(10);
      await add(20, { margin: 0.05 });
      expect((await bench.store.histories.read("a~b"))[0]).toMatchObject({ margin: 0.05, points: [{ pairs: 20 }] });
      await add(5, {}, "others");
      expect((await bench.store.histories.read("a~b"))[0]?.points).toMatchObject([{ pairs: 5 }]);
    });
  });
}
