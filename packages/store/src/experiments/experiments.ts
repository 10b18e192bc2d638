import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { readEvidence, readVerdictEvidence } from "../evidence/read-evidence.ts";
import { foldUnits } from "../units/fold-units.ts";
import type { ExperimentStore } from "./experiment-store.ts";
import { readCallerAccounts } from "./caller-accounts.ts";
import { listExperiments, readAccount, readExperiment } from "./read-experiments.ts";
import { readRuledUnits } from "../units/read-units.ts";
import { storable } from "../database/sql-values.ts";
import { readMarksOfEvidence } from "./marks-of-evidence.ts";
import { readPrimaryFailures } from "./primary-failures.ts";
import { readAnswered } from "./answered.ts";
import { readSilentModelActivity } from "./silent-model-activity.ts";

export function createExperimentStore(pool: SqlPool, clock: Clock): ExperimentStore {
  return {
    list: () => listExperiments(pool),
    read: (id) => readExperiment(pool, id),
    evidence: (id) => readEvidence(pool, id, clock.now()),
    verdictEvidence: (id) => readVerdictEvidence(pool, id, clock.now()),
    account: (id) => readAccount(pool, storable(id)),
    callers: (id, by) => readCallerAccounts(pool, { id: storable(id), by }),
    marks: () => readMarksOfEvidence(pool),
    foldUnits: (task) => foldUnits(pool, task, clock.now()),
    units: (id) => readRuledUnits(pool, storable(id)),
    answered: (id, since, most) => readAnswered(pool, { experiment: storable(id), since, most }),
    primaryFailures: (id) => readPrimaryFailures(pool, storable(id)),
    silentModelActivity: (since) => readSilentModelActivity(pool, since),
  };
}
