import type { LedgerBatch } from "@understudy/contracts";
import { expect, test } from "vitest";
import { createLedger } from "./ledger.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";

const KIND = "size=under 1 KB;stream=no";
const job = (number: number) => jobNumber(number, { experiment: "exp-1", stratum: KIND });

function taken(ledger: ReturnType<typeof createLedger>): LedgerBatch {
  const batch = ledger.take();
  if (batch === null) throw new Error("nothing was there to take");
  return batch;
}

const ledgerOfNow = () => createLedger(() => 7_000);

test("counts by experiment, kind, reason and kind of request", () => {
  const ledger = ledgerOfNow();
  ledger.admitted(job(1));
  ledger.admitted(job(2));
  ledger.admitted(jobNumber(3, { experiment: "exp-2", stratum: KIND }));
  ledger.admitted(jobNumber(4, { experiment: "exp-2", stratum: "size=over 64 KB" }));
  ledger.skipped({ experiment: "exp-1", reason: "not_sampled", stratum: KIND, count: 1 });
  ledger.dropped(job(1), "queue_full");
  ledger.dropped(job(2), "shutdown");
  expect(taken(ledger).counts).toEqual([
    { experiment: "exp-1", kind: "admitted", reason: "", stratum: KIND, count: 2 },
    { experiment: "exp-2", kind: "admitted", reason: "", stratum: KIND, count: 1 },
    { experiment: "exp-2", kind: "admitted", reason: "", stratum: "size=over 64 KB", count: 1 },
    { experiment: "exp-1", kind: "skipped", reason: "not_sampled", stratum: KIND, count: 1 },
    { experiment: "exp-1", kind: "dropped", reason: "queue_full", stratum: KIND, count: 1 },
    { experiment: "exp-1", kind: "dropped", reason: "shutdown", stratum: KIND, count: 1 },
  ]);
});

test("names each admission, with its times", () => {
  const ledger = ledgerOfNow();
  ledger.admitted(job(1));
  const { pair_id, admitted_at, expires_at } = job(1);
  expect(taken(ledger)).toMatchObject({
    admissions: [{ pair_id, experiment: "exp-1", admitted_at, expires_at }],
    withdrawn: [],
  });
});

test("an admission that is dropped at once is none; one that was told of already is withdrawn", () => {
  const ledger = ledgerOfNow();
  ledger.admitted(job(1));
  ledger.dropped(job(1), "queue_full");
  ledger.admitted(job(2));
  expect(taken(ledger)).toMatchObject({ admissions: [{ pair_id: job(2).pair_id }], withdrawn: [] });
  ledger.dropped(job(2), "shutdown");
  expect(taken(ledger)).toMatchObject({ admissions: [], withdrawn: [job(2).pair_id] });
});

test("everything is taken once, under an id of its own, and does not change afterwards", () => {
  const ledger = ledgerOfNow();
  expect(ledger.take()).toBeNull();
  ledger.admitted(job(1));
  const first = taken(ledger);
  expect(ledger.take()).toBeNull();
  ledger.admitted(job(2));
  const second = taken(ledger);
  expect(first.admissions).toHaveLength(1);
  expect(first.counts).toMatchObject([{ count: 1 }]);
  expect(second.id).not.toBe(first.id);
});

test("while nothing can be written, what is remembered one by one has a bound, and the counts go on", () => {
  const ledger = ledgerOfNow();
  for (let number = 0; number < 100_010; number += 1) ledger.admitted(job(number));
  const { counts, admissions } = taken(ledger);
  expect(admissions).toHaveLength(100_000);
  expect(counts).toMatchObject([{ count: 100_010 }]);
});

test("callers that have names are counted by them too, each once, and admissions have theirs", () => {
  const ledger = ledgerOfNow();
  const caller = { key_alias: "search", team: null };
  const named = (number: number) => {
    const plain = job(number);
    return { ...plain, primary: { ...plain.primary, caller } };
  };
  ledger.admitted(named(1));
  ledger.admitted(named(2));
  ledger.dropped(named(1), "queue_full");
  const skipped = { experiment: "exp-1", reason: "not_sampled", stratum: KIND } as const;
  ledger.skipped({ ...skipped, caller, count: 2 });
  ledger.skipped({ ...skipped, stratum: "", caller, count: 1 });
  ledger.skipped({ ...skipped, count: 9 });
  const { callers, admissions } = taken(ledger);
  expect(callers).toEqual([
    { experiment: "exp-1", kind: "dropped", reason: "queue_full", ...caller, count: 1 },
    { experiment: "exp-1", kind: "skipped", reason: "not_sampled", ...caller, count: 3 },
  ]);
  expect(admissions).toMatchObject([{ pair_id: job(2).pair_id, caller }]);
  ledger.skipped({ ...skipped, count: 1 });
  expect(taken(ledger).callers).toBeUndefined();
});
