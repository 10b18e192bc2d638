import { expect, test } from "vitest";
import { checkAccount, type RunSeen, type StoredPair } from "./check-account.ts";

const REQUESTS = 20;
const LIMITS = { killWindowMs: 500 };

function pairOf(number: number, outcome = "paired"): StoredPair {
  return { id: `pair-${number}`, clientRequestId: `client-${number}`, silentModel: "silent", outcome };
}

/** A run in which all went well: each request answered 100 ms after the one before. */
function goodRun(): RunSeen {
  const numbers = Array.from({ length: REQUESTS }, (_, number) => number);
  return {
    seen: numbers.map((number) => ({ id: `client-${number}`, status: 200, answeredAt: number * 100 })),
    pairs: numbers.map((number) => pairOf(number)),
    counts: { admitted: REQUESTS, paired: REQUESTS, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0 },
    writtenAsAdmitted: REQUESTS,
    left: { jobs: 0, spooledBytes: 0 },
    gatewayKills: [],
  };
}

/** The same without the pair of one request, and the account as it would read then. */
function runWithout(number: number, counts: Partial<RunSeen["counts"]> = {}): RunSeen {
  const run = goodRun();
  const paired = REQUESTS - 1;
  return {
    ...run,
    pairs: run.pairs.filter((_, index) => index !== number),
    counts: { ...run.counts, admitted: paired, paired, ...counts },
    writtenAsAdmitted: paired,
  };
}

const faultsOf = (run: RunSeen): readonly string[] => checkAccount(run, LIMITS).faults;

test("finds nothing where every request has its outcome", () => {
  expect(checkAccount(goodRun(), LIMITS)).toEqual({ faults: [], lostWithGateway: 0, longestBeforeKillMs: 0 });
});

test("a pair that is not there is a loss, also where the account does not know of the mirror", () => {
  expect(faultsOf(runWithout(7))).toEqual(["1 requests were answered 200 and have no outcome: client-7"]);
});

test("a pair that is not there is a loss where the account calls it pending or lost", () => {
  for (const kind of ["pending", "lost"] as const) {
    const faults = faultsOf({ ...runWithout(7, { admitted: REQUESTS, [kind]: 1 }), writtenAsAdmitted: REQUESTS });
    expect(faults).toHaveLength(2);
    expect(faults.join()).toContain(kind);
  }
});

test("what a gateway dropped and counted is no loss; one more that is missing is", () => {
  const dropped = runWithout(7, { admitted: REQUESTS, dropped: { spool_full: 1 } });
  expect(faultsOf({ ...dropped, writtenAsAdmitted: REQUESTS })).toEqual([]);
  const two = { ...dropped, pairs: dropped.pairs.slice(1) };
  expect(faultsOf(two).join()).toContain("1 requests were answered 200 and have no outcome");
});

test("a drop in the worker is a row, and excuses no other request", () => {
  const run = runWithout(7);
  const pairs = [...run.pairs.slice(0, -1), pairOf(REQUESTS - 1, "dropped")];
  const counts = { ...run.counts, paired: REQUESTS - 2, dropped: { stalled: 1 } };
  expect(faultsOf({ ...run, pairs, counts })).toEqual(["1 requests were answered 200 and have no outcome: client-7"]);
});

test("a killed gateway may lose what was answered just before, and nothing older", () => {
  const run = { ...runWithout(7), gatewayKills: [850] };
  expect(checkAccount(run, LIMITS)).toEqual({ faults: [], lostWithGateway: 1, longestBeforeKillMs: 150 });
  expect(faultsOf({ ...run, gatewayKills: [1_300] }).join()).toContain("client-7");
  // Answered by the gateway that came after.
  expect(faultsOf({ ...run, gatewayKills: [100] }).join()).toContain("client-7");
});

test("requests without an answer may have an outcome or none", () => {
  const unanswered = (run: RunSeen): RunSeen => ({
    ...run,
    seen: run.seen.map((each, number) => (number === 7 ? { ...each, status: null } : each)),
  });
  expect(faultsOf(unanswered(goodRun()))).toEqual([]);
  expect(faultsOf(unanswered(runWithout(7)))).toEqual([]);
});

test("two outcomes of one request are found", () => {
  const run = goodRun();
  const again = { ...pairOf(3), id: "pair-3-again" };
  const counts = { ...run.counts, admitted: REQUESTS + 1, paired: REQUESTS + 1 };
  const faults = faultsOf({ ...run, pairs: [...run.pairs, again], counts, writtenAsAdmitted: REQUESTS + 1 });
  expect(faults).toEqual(["1 requests have more than one outcome: client-3 silent"]);
});

test("a row that is there twice, and one that nobody asked for, are found", () => {
  const run = goodRun();
  const faults = faultsOf({ ...run, pairs: [...run.pairs, pairOf(3), pairOf(REQUESTS)] });
  expect(faults.join()).toContain("1 pairs are there more than once: pair-3");
  expect(faults.join()).toContain(`1 pairs that nobody asked for: pair-${REQUESTS}`);
});

test("an account that does not balance, or differs from what is stored, is found", () => {
  const run = goodRun();
  expect(faultsOf({ ...run, counts: { ...run.counts, admitted: REQUESTS + 1 } })).toHaveLength(2);
  expect(faultsOf({ ...run, counts: { ...run.counts, paired: REQUESTS - 1, failed: 1 } })).toHaveLength(2);
});

test("admissions that no outcome stands for are found, unless the gateway's last were never written down", () => {
  expect(faultsOf({ ...goodRun(), writtenAsAdmitted: REQUESTS + 1 })).toHaveLength(1);
  expect(faultsOf({ ...goodRun(), writtenAsAdmitted: REQUESTS - 1 })).toHaveLength(1);
  expect(faultsOf({ ...goodRun(), writtenAsAdmitted: REQUESTS - 1, gatewayKills: [900] })).toEqual([]);
});

test("a run whose queue or spool is not empty is not over", () => {
  expect(faultsOf({ ...goodRun(), left: { jobs: 1, spooledBytes: 0 } })).toEqual(["1 jobs are left on the queue"]);
  expect(faultsOf({ ...goodRun(), left: { jobs: 0, spooledBytes: 9 } })).toHaveLength(1);
});
