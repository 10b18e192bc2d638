import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { admissionsConform } from "./ledger/admissions.conformance.ts";
import { controlConforms, rolloutsConform } from "./control/control.conformance.ts";
import { createBench } from "./database/conformance-bench.fixture.ts";
import type { Database } from "./database/database.ts";
import { deletionsConform } from "./deletions/deletions.conformance.ts";
import { evidenceConforms } from "./evidence/evidence.conformance.ts";
import { callersConform } from "./experiments/callers.conformance.ts";
import { countsConform, figuresConform, ledgerConforms } from "./experiments/experiments.conformance.ts";
import { pairNumber } from "./pairs/pair.fixture.ts";
import { historiesConform } from "./histories/histories.conformance.ts";
import { labelsConform } from "./labels/labels.conformance.ts";
import { listingConforms, pagingConforms, retentionConforms } from "./pairs/reading.conformance.ts";
import { notesConform } from "./notes/notes.conformance.ts";
import { replaysConform, textsConform } from "./replay/replays.conformance.ts";
import { reopeningConforms, silentModelActivityConforms } from "./pairs/reopening.conformance.ts";
import { reviewsConform } from "./reviews/reviews.conformance.ts";
import { contentConforms, savingConforms } from "./pairs/saving.conformance.ts";
import { excerptsConform, sortingConforms } from "./pairs/sorting.conformance.ts";
import { sessionsConform } from "./sessions/sessions.conformance.ts";
import { unitsConform } from "./units/units.conformance.ts";
import { spendConforms } from "./spend/spend.conformance.ts";

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
  sortingConforms(bench);
  excerptsConform(bench);
  retentionConforms(bench);
  countsConform(bench);
  ledgerConforms(bench);
  callersConform(bench);
  figuresConform(bench);
  admissionsConform(bench);
  evidenceConforms(bench);
  textsConform(bench);
  replaysConform(bench);
  spendConforms(bench);
  reopeningConforms(bench);
  silentModelActivityConforms(bench);
  reviewsConform(bench);
  deletionsConform(bench);
  sessionsConform(bench);
  unitsConform(bench);
  labelsConform(bench);
  historiesConform(bench);
  controlConforms(bench);
  rolloutsConform(bench);
  notesConform(bench);

  test("migrating again changes nothing", async () => {
    await bench.save(pairNumber(1));
    await bench.store.migrate();
    await bench.store.ping();
    expect(await bench.store.pairs.read("pair_1")).toEqual(pairNumber(1));
  });
}
