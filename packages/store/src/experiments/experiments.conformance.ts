import type { CallRecord, ErrorKind } from "@understudy/contracts";
import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, experiment, pairNumber } from "../pairs/pair.fixture.ts";

export function countsConform(bench: Bench): void {
  describe("counts", () => {
    test("balance, whichever of ledger and pairs is ahead", async () => {
      await bench.save(pairNumber(1));
      await bench.save(pairNumber(2, { outcome: "failed" }));
      await bench.save(pairNumber(3, { outcome: "dropped", reason: "queue_full" }));
      await bench.save(pairNumber(4, { outcome: "expired", reason: "max_age" }));
      const counts = { paired: 1, failed: 1, expired: 1, dropped: { queue_full: 1 }, skipped: {} };
      expect((await bench.store.experiments.read("exp-1"))?.counts).toEqual({
        ...counts,
        admitted: 4,
        lost: 0,
        pending: 0,
      });

      await bench.count([], [1, 2, 3]);
      expect((await bench.store.experiments.read("exp-1"))?.counts).toEqual({
        ...counts,
        admitted: 4,
        lost: 0,
        pending: 0,
      });
      await bench.count([], [5, 6, 7]);
      expect((await bench.store.experiments.read("exp-1"))?.counts).toEqual({
        ...counts,
        admitted: 7,
        lost: 0,
        pending: 3,
      });
      await bench.save(pairNumber(6));
      const settled = { ...counts, admitted: 7, paired: 2, lost: 0, pending: 2 };
      expect((await bench.store.experiments.read("exp-1"))?.counts).toEqual(settled);
    });
  });
}

export function ledgerConforms(bench: Bench): void {
  describe("the ledger", () => {
    test("what was dropped was admitted, what was skipped was not", async () => {
      const entry = { experiment: "exp-1", count: 2 } as const;
      await bench.count(
        [
          { ...entry, kind: "admitted", reason: "", count: 5 },
          { ...entry, kind: "dropped", reason: "spool_full" },
          { ...entry, kind: "skipped", reason: "not_sampled" },
        ],
        [1, 2, 3],
      );
      await bench.save(pairNumber(1));
      expect((await bench.store.experiments.read("exp-1"))?.counts).toMatchObject({
        admitted: 5,
        paired: 1,
        dropped: { spool_full: 2 },
        skipped: { not_sampled: 2 },
        pending: 2,
      });
    });

    test("adds up what it is given, at once and in one batch", async () => {
      const skipped = { experiment: "exp-1", kind: "skipped", reason: "not_sampled", count: 2 } as const;
      const dropped = { ...skipped, kind: "dropped", reason: "spool_full", count: 1 } as const;
      const batch = [skipped, skipped, dropped];
      await Promise.all(Array.from({ length: 5 }, () => bench.count(batch)));
      await bench.count([]);
      await bench.save(pairNumber(1, { outcome: "dropped", reason: "spool_full" }));
      const counts = (await bench.store.experiments.read("exp-1"))?.counts;
      expect(counts).toMatchObject({ skipped: { not_sampled: 20 }, dropped: { spool_full: 6 } });
    });

    test("is enough for an experiment to be listed", async () => {
      const unseen = { id: "exp-0", primary: "a", silent: "b" };
      bench.now = 1;
      const entry = { experiment: "exp-0", kind: "skipped", reason: "not_sampled", count: 9 } as const;
      await bench.store.ledger.write({ id: "led_0", counts: [entry], admissions: [], withdrawn: [] }, [unseen]);
      bench.now = 2;
      await bench.save(pairNumber(1));
      const none = { admitted: 0, paired: 0, failed: 0, expired: 0, dropped: {}, skipped: {}, lost: 0, pending: 0 };
      expect(await bench.store.experiments.list()).toEqual([
        { ...unseen, replay: false, counts: { ...none, skipped: { not_sampled: 9 } } },
        { ...experiment, replay: false, counts: { ...none, admitted: 1, paired: 1 } },
      ]);
    });
  });
}

export function figuresConform(bench: Bench): void {
  describe("figures", () => {
    test("tell the two sides apart", async () => {
      await bench.save(pairNumber(1, { primary: callRecord(took(100)), silent: callRecord(took(10)) }));
      const failed = callRecord({ ...took(9), status: "error" });
      await bench.save(pairNumber(2, { primary: callRecord(took(200)), silent: failed }));
      await bench.save(pairNumber(3, { primary: callRecord(took(null)), silent: null, outcome: "expired" }));
      const sides = (await bench.store.experiments.read("exp-1"))?.sides;
      expect(sides?.primary).toEqual({
        calls: 3,
        errors: 0,
        error_rate: 0,
        latency_ms: { p50: 200, p95: expect.closeTo(920, 6) },
        first_token_ms: { p50: null, p95: null },
        // The third pair has no silent side to hold against the primary's.
        input_tokens: 20,
        output_tokens: 10,
        token_pairs: 2,
        cost_usd: 0.5,
        cost_pairs: 2,
      });
      expect(sides?.silent).toMatchObject({ calls: 2, errors: 1, error_rate: 0.5, latency_ms: { p50: 10, p95: 10 } });
    });

    test("of a primary's failures leave out what its clients did, and those who left", async () => {
      const error = { status: 500, message: "", type: null, code: null, param: null };
      const ended = (number: number, status: CallRecord["status"], kind: ErrorKind | null) =>
        bench.save(pairNumber(number, { primary: callRecord({ status, error: kind && { ...error, kind } }) }));
      await ended(1, "error", "bad_request");
      expect(await bench.store.experiments.primaryFailures("exp-1")).toBeNull();
      await ended(2, "error", "context_window");
      await ended(3, "partial", "aborted");
      await ended(4, "error", "server_error");
      await ended(5, "partial", "connection");
      await ended(6, "ok", null);
      await ended(7, "ok", null);
      expect(await bench.store.experiments.primaryFailures("exp-1")).toBe(0.5);
      expect(await bench.store.experiments.primaryFailures("exp-9")).toBeNull();
    });

    test("of a model group with itself are two sides as well", async () => {
      const control = { id: "exp-c", primary: "gpt-main", silent: "gpt-main" };
      const pair = pairNumber(1, { experiment: "exp-c", silent_model: "gpt-main" });
      await bench.store.pairs.save(pair, control, { payloads: "full", retentionMs: 0 });
      const detail = await bench.store.experiments.read("exp-c");
      expect(detail).toMatchObject({ ...control, counts: { paired: 1 }, sides: { silent: { calls: 1 } } });
    });

    test("are null without pairs, and an experiment that is not there is null", async () => {
      await bench.count([]);
      const unpriced = { token_pairs: 0, cost_usd: null, cost_pairs: 0 };
      const side = { calls: 0, errors: 0, error_rate: null, input_tokens: 0, output_tokens: 0, ...unpriced };
      const none = { p50: null, p95: null };
      const detail = await bench.store.experiments.read("exp-1");
      expect(detail?.sides.silent).toEqual({ ...side, latency_ms: none, first_token_ms: none });
      expect(await bench.store.experiments.read("exp-9")).toBeNull();
    });
  });
}

/** The first token never came, and the queue's wait is in no latency. */
function took(model_ms: number | null): Pick<CallRecord, "timing"> {
  return { timing: { started_at: 0, total_ms: 1_000, model_ms, first_token_ms: null, queue_wait_ms: 5_000 } };
}
