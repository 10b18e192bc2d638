import { describe, expect, test } from "vitest";
import type { Bench } from "../database/conformance-bench.fixture.ts";
import { pairNumber } from "../pairs/pair.fixture.ts";

export function notesConform(bench: Bench): void {
  describe("notes", () => {
    test("are of pairs that there are, newest first, and are taken back by whoever wrote them", async () => {
      await bench.save(pairNumber(1));
      const { notes } = bench.store;
      expect(await notes.add("pair_2", { label: "same", reviewer: null })).toBeNull();
      const first = await notes.add("pair_1", { label: "primary", reviewer: "eve" });
      bench.now += 1;
      const second = await notes.add("pair_1", { label: "silent", reviewer: null });
      expect(await notes.of("pair_1")).toEqual([second, first]);
      expect(await notes.remove(first?.id ?? "", null)).toBe(false);
      expect(await notes.remove(first?.id ?? "", "eve")).toBe(true);
      expect(await notes.remove(first?.id ?? "", "eve")).toBe(false);
      expect(await notes.of("pair_1")).toEqual([second]);
    });
  });
}
