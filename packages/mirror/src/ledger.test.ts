import { expect, test } from "vitest";
import { createLedger } from "./ledger.ts";

test("counts by experiment, kind and reason", () => {
  const ledger = createLedger();
  ledger.admitted("exp-1");
  ledger.admitted("exp-1");
  ledger.admitted("exp-2");
  ledger.skipped("exp-1", "not_sampled");
  ledger.dropped("exp-1", "queue_full");
  ledger.dropped("exp-1", "shutdown");
  expect(ledger.take()).toEqual([
    { experiment: "exp-1", kind: "admitted", reason: "", count: 2 },
    { experiment: "exp-2", kind: "admitted", reason: "", count: 1 },
    { experiment: "exp-1", kind: "skipped", reason: "not_sampled", count: 1 },
    { experiment: "exp-1", kind: "dropped", reason: "queue_full", count: 1 },
    { experiment: "exp-1", kind: "dropped", reason: "shutdown", count: 1 },
  ]);
});

test("a count is taken once", () => {
  const ledger = createLedger();
  ledger.admitted("exp-1");
  expect(ledger.take()).toHaveLength(1);
  expect(ledger.take()).toEqual([]);
});

test("what is put back is added to what came since", () => {
  const ledger = createLedger();
  ledger.admitted("exp-1");
  ledger.skipped("exp-1", "opted_out");
  const taken = ledger.take();
  ledger.admitted("exp-1");
  ledger.putBack(taken);
  expect(ledger.take()).toEqual([
    { experiment: "exp-1", kind: "admitted", reason: "", count: 2 },
    { experiment: "exp-1", kind: "skipped", reason: "opted_out", count: 1 },
  ]);
});

test("what was taken does not change afterwards", () => {
  const ledger = createLedger();
  ledger.admitted("exp-1");
  const taken = ledger.take();
  ledger.putBack(taken);
  ledger.admitted("exp-1");
  expect(taken).toEqual([{ experiment: "exp-1", kind: "admitted", reason: "", count: 1 }]);
});
