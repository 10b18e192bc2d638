import { createLedger } from "@understudy/mirror";
import { silentLogger as logger, systemClock } from "@understudy/runtime";
import type { ExperimentKey, LedgerEntry } from "@understudy/store";
import { expect, test } from "vitest";
import { createAwayStore } from "./fixtures/away-store.ts";
import { createLedgerWriter } from "./ledger-writer.ts";

const experiments = ["one", "two"].map((id) => ({
  id,
  primary: "main",
  silent: id,
  control: false,
  sampleRate: 1,
  margins: { qualityLoss: null, errorRate: null, p95Latency: null, cost: null },
}));

/** A writer whose second passes when `tick` is called, on a store that fails as often as it is told. */
async function startWriter() {
  const ledger = createLedger();
  const written: LedgerEntry[] = [];
  const keys: ExperimentKey[] = [];
  let failures = 0;
  let tick: () => void = () => undefined;
  const writer = createLedgerWriter({
    ledger,
    experiments,
    logger,
    clock: {
      ...systemClock,
      every: (_ms, run) => {
        tick = run;
        return () => (tick = () => undefined);
      },
    },
    store: {
      ...createAwayStore(),
      addToLedger(counts, used) {
        if (failures > 0) {
          failures -= 1;
          return Promise.reject(new Error("the database is away"));
        }
        written.push(...counts);
        keys.push(...used);
        return Promise.resolve();
      },
    },
  });
  await writer.start();
  return { ledger, writer, written, keys, tick: () => tick(), fail: (times: number) => (failures = times) };
}

const deadline = new AbortController().signal;

test("counts are written each second, with the experiments that they belong to", async () => {
  const { ledger, writer, written, keys, tick } = await startWriter();
  ledger.admitted("one");
  ledger.admitted("one");
  ledger.skipped("one", "opted_out");
  tick();
  await expect.poll(() => written).toHaveLength(2);
  expect(written).toContainEqual({ experiment: "one", kind: "admitted", reason: "", count: 2 });
  expect(keys.map(({ id }) => id)).toEqual(["one"]);
  tick();
  await writer.stop(deadline);
  expect(written).toHaveLength(2);
});

test("counts that cannot be written are kept, added to, and written when they can be", async () => {
  const { ledger, writer, written, tick, fail } = await startWriter();
  fail(1);
  ledger.dropped("two", "queue_full");
  tick();
  ledger.dropped("two", "queue_full");
  await writer.stop(deadline);
  expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(new Set(written.map(({ reason }) => reason))).toEqual(new Set(["queue_full"]));
});

test("what was counted last is written at the end, and nothing after it", async () => {
  const { ledger, writer, written, tick } = await startWriter();
  ledger.admitted("two");
  await writer.stop(deadline);
  expect(written).toEqual([{ experiment: "two", kind: "admitted", reason: "", count: 1 }]);
  ledger.admitted("two");
  tick();
  expect(written).toHaveLength(1);
});
