import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, DAY_MS, experiment, keepAll, keepFigures, pairNumber, saidNothing } from "./pair.fixture.ts";
import { InvalidCursorError } from "./pair-store.ts";

export function listingConforms(bench: Bench): void {
  describe("listing", () => {
    test("is newest first and without texts", async () => {
      for (const number of [2, 3, 1]) await bench.save(pairNumber(number));
      expect(await bench.ids({})).toEqual(["pair_3", "pair_2", "pair_1"]);
      const [first] = (await bench.store.pairs.list({ limit: 1 })).data;
      expect(first).toMatchObject({ request: null, primary: { answer: saidNothing }, silent: { answer: saidNothing } });
    });

    test("filters by experiment, outcome and either request id", async () => {
      const other = { id: "exp-2", primary: "gpt-main", silent: "other-model" };
      await bench.save(pairNumber(1, { primary: callRecord({ client_request_id: "client-7" }) }));
      await bench.save(pairNumber(2, { outcome: "failed" }));
      const third = pairNumber(3, { experiment: "exp-2", silent_model: "other-model" });
      await bench.store.pairs.save(third, other, keepAll);
      expect(await bench.ids({ experiment: "exp-2" })).toEqual(["pair_3"]);
      expect(await bench.ids({ outcome: "failed" })).toEqual(["pair_2"]);
      expect(await bench.ids({ requestId: "client-7" })).toEqual(["pair_1"]);
      expect(await bench.ids({ requestId: "req_2", experiment: experiment.id })).toEqual(["pair_2"]);
      expect(await bench.ids({ requestId: "\0" })).toEqual([]);
    });

    test("a limit out of bounds is drawn inside", async () => {
      for (const number of [1, 2]) await bench.save(pairNumber(number));
      expect(await bench.ids({ limit: 0 })).toHaveLength(1);
      expect(await bench.ids({ limit: 100_000 })).toHaveLength(2);
    });
  });
}

export function pagingConforms(bench: Bench): void {
  describe("paging", () => {
    test("shows every pair once, pairs of one moment included", async () => {
      const saved = Array.from({ length: 7 }, (_, number) => pairNumber(number, { created_at: 5_000 }));
      for (const pair of saved) await bench.save(pair);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await bench.store.pairs.list({ limit: 3, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.data.map((pair) => pair.id));
        cursor = page.next_cursor;
        // A pair that arrives meanwhile is newer than the page, and does not shift it.
        await bench.save(pairNumber(100 + seen.length, { created_at: 6_000 }));
      } while (cursor !== null);
      expect(seen).toEqual(saved.map((pair) => pair.id).toReversed());
    });

    test("a last page that is full has no next one", async () => {
      await bench.save(pairNumber(1));
      expect((await bench.store.pairs.list({ limit: 1 })).next_cursor).toBeNull();
    });

    test("refuses a cursor that it did not make", async () => {
      for (const cursor of ["", "x", "bnVsbA", Buffer.from('["a","b"]').toString("base64url")]) {
        await expect(bench.store.pairs.list({ limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
      }
    });
  });
}

const REFUSED_ATTEMPT = {
  deployment: "one",
  model_group: "gpt-main",
  provider: "openai",
  started_at: 1,
  duration_ms: 2,
  outcome: "bad_request",
  http_status: 400,
} as const;

export function retentionConforms(bench: Bench): void {
  describe("retention", () => {
    test("texts are gone the moment their time is over, and figures stay", async () => {
      await bench.save(pairNumber(0));
      bench.now = 1_000_000 + DAY_MS - 1;
      expect((await bench.store.pairs.read("pair_0"))?.request).not.toBeNull();
      bench.now += 1;
      const past = await bench.store.pairs.read("pair_0");
      expect(past).toMatchObject({ request: null, primary: { answer: saidNothing } });
      expect(past?.comparison).not.toBeNull();
    });

    test("what a provider said of a failure, and paths of JSON answers, are texts and go with them", async () => {
      const said = "You sent: canary-3f1c";
      const error = {
        kind: "bad_request",
        status: 400,
        message: said,
        type: "invalid",
        code: said,
        param: said,
      } as const;
      const attempt = { ...REFUSED_ATTEMPT, message: said };
      const silent = callRecord({ status: "error", error, attempts: [attempt], answer: null });
      const json_differences = [{ path: "/canary-3f1c", kind: "changed" }] as const;
      const failed = { silent, primary: silent, comparison: { comparable: false, json_differences } };
      await bench.save(pairNumber(1, failed));
      await bench.store.pairs.save(pairNumber(2, failed), experiment, keepFigures);
      expect(await bench.store.pairs.read("pair_1")).toMatchObject({ silent, comparison: { json_differences } });
      const listed = JSON.stringify((await bench.store.pairs.list({ limit: 10 })).data);
      const bare = { error: { kind: "bad_request", status: 400, message: "bad_request (HTTP 400)", type: "invalid" } };
      expect(listed + JSON.stringify(await bench.store.pairs.read("pair_2"))).not.toContain("canary-3f1c");
      expect(await bench.store.pairs.read("pair_2")).toMatchObject({ silent: bare, primary: bare });
      await bench.store.pairs.deleteExpiredTexts(1_000_010 + DAY_MS);
      expect(await bench.store.pairs.read("pair_1")).toMatchObject({ silent: bare, primary: bare });
      expect(JSON.stringify(await bench.store.pairs.read("pair_1"))).not.toContain("canary-3f1c");
    });

    test("deletes what is over, once, and counts it", async () => {
      for (const number of [1, 2, 3]) await bench.save(pairNumber(number));
      await bench.store.pairs.save(pairNumber(4), experiment, keepFigures);
      const due = 1_000_002 + DAY_MS;
      const deleted = await Promise.all([
        bench.store.pairs.deleteExpiredTexts(due),
        bench.store.pairs.deleteExpiredTexts(due),
      ]);
      expect(deleted[0] + deleted[1]).toBe(2);
      expect(await bench.store.pairs.deleteExpiredTexts(due)).toBe(0);
      // Asked before their time is over by the store's clock: they are deleted, not only hidden.
      expect((await bench.store.pairs.read("pair_2"))?.request).toBeNull();
      expect((await bench.store.pairs.read("pair_3"))?.request).not.toBeNull();
      expect(await bench.ids({})).toHaveLength(4);
    });
  });
}
