import type { ExperimentKey, LedgerEntry } from "@understudy/contracts";
import { DEFAULT_MARGINS, DEFAULT_VERDICT } from "@understudy/config";
import { createLedger, type MirrorJob } from "@understudy/mirror";
import { silentLogger as logger, systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createAwayStore } from "../fixtures/away-store.fixture.ts";
import { createLedgerWriter } from "./ledger-writer.ts";

const KIND = "size=under 1 KB;stream=no";
/** As much of a job as the ledger reads. */
const jobOf = (experiment: string): MirrorJob =>
  ({
    pair_id: `pair_${experiment}`,
    experiment,
    admitted_at: 1,
    expires_at: 2,
    stratum: KIND,
    primary: {} as MirrorJob["primary"],
  }) as MirrorJob;

const experiments = ["one", "two"].map((id) => ({
  id,
  primary: "main",
  silent: id,
  control: false,
  sampleRate: 1,
  margins: DEFAULT_MARGINS,
  verdict: DEFAULT_VERDICT,
}));

/** A writer whose second passes when `tick` is called, on a store that fails as often as it is told. */
async function startWriter() {
  const ledger = createLedger(() => 1_000);
  const written: LedgerEntry[] = [];
  const keys: ExperimentKey[] = [];
  /** Ids of the batches, each time one was tried. */
  const tried: string[] = [];
  let failures = 0;
  let tick: () => void = () => undefined;
  const writer = createLedgerWriter({
    ledger,
    experiments: () => experiments,
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
      ledger: {
        ...createAwayStore().ledger,
        write(batch, used) {
          tried.push(batch.id);
          if (failures > 0) {
            failures -= 1;
            return Promise.reject(new Error("the database is away"));
          }
          written.push(...batch.counts);
          keys.push(...used);
          return Promise.resolve();
        },
      },
    },
  });
  await writer.start();
  return { ledger, writer, written, keys, tried, tick: () => tick(), fail: (times: number) => (failures = times) };
}

const deadline = new AbortController().signal;

test("counts are written each second, with the experiments that they belong to", async () => {
  const { ledger, writer, written, keys, tick } = await startWriter();
  ledger.admitted(jobOf("one"));
  ledger.admitted(jobOf("one"));
  ledger.skipped({ experiment: "one", reason: "opted_out", stratum: KIND, count: 1 });
  tick();
  await expect.poll(() => written).toHaveLength(2);
  expect(written).toContainEqual({ experiment: "one", kind: "admitted", reason: "", stratum: KIND, count: 2 });
  expect(keys.map(({ id }) => id)).toEqual(["one"]);
  tick();
  await writer.stop(deadline);
  expect(written).toHaveLength(2);
});

test("a batch that cannot be written is tried again as it is, and what came since follows", async () => {
  const { ledger, writer, written, tried, tick, fail } = await startWriter();
  fail(1);
  ledger.dropped(jobOf("two"), "queue_full");
  tick();
  await expect.poll(() => tried).toHaveLength(1);
  ledger.dropped(jobOf("two"), "shutdown");
  await writer.stop(deadline);
  expect(written.map(({ reason, count }) => [reason, count])).toEqual([
    ["queue_full", 1],
    ["shutdown", 1],
  ]);
  expect(tried[1]).toBe(tried[0]);
  expect(new Set(tried).size).toBe(2);
});

test("what was counted last is written at the end, and nothing after it", async () => {
  const { ledger, writer, written, tick } = await startWriter();
  ledger.admitted(jobOf("two"));
  await writer.stop(deadline);
  expect(written).toEqual([{ experiment: "two", kind: "admitted", reason: "", stratum: KIND, count: 1 }]);
  ledger.admitted(jobOf("two"));
  tick();
  expect(written).toHaveLength(1);
});
