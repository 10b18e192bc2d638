import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { admissionsConform } from "./admissions.conformance.ts";
import { createBench } from "./conformance-bench.ts";
import type { Database } from "./database.ts";
import { evidenceConforms } from "./evidence.conformance.ts";
import { countsConform, figuresConform, ledgerConforms } from "./experiments.conformance.ts";
import { pairNumber } from "./pair.sample.ts";
import { listingConforms, pagingConforms, retentionConforms } from "./reading.conformance.ts";
import { replaysConform, textsConform } from "./replays.conformance.ts";
import { reopeningConforms, silentModelActivityConforms } from "./reopening.conformance.ts";
import { reviewsConform } from "./reviews.conformance.ts";
import { contentConforms, savingConforms } from "./saving.conformance.ts";
import { spendConforms } from "./spend.conformance.ts";

/** What any database under the pair store has to do. `open` gives an empty one. */
export function pairStoreConforms(open: () => Promise<Database>): void {
  const bench = createBench(open);
  beforeAll(() => bench.open());
  beforeEach(() => bench.reset());
  afterAll(async () => {
    await bench.store.close();
    await bench.store.close();
    await expect(bench.store.ping()).rejects.toThrow(/closed|after calling end/);
  });

  savingConforms(bench);
  contentConforms(bench);
  listingConforms(bench);
  pagingConforms(bench);
  retentionConforms(bench);
  countsConform(bench);
  ledgerConforms(bench);
  figuresConform(bench);
  admissionsConform(bench);
  evidenceConforms(bench);
  textsConform(bench);
  replaysConform(bench);
  spendConforms(bench);
  reopeningConforms(bench);
  silentModelActivityConforms(bench);
  reviewsConform(bench);

  test("migrating again changes nothing", async () => {
    await bench.save(pairNumber(1));
    await bench.store.migrate();
    await bench.store.ping();
    expect(await bench.store.pair("pair_1")).toEqual(pairNumber(1));
  });
}
