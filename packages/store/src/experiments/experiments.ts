import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { readEvidence } from "../evidence/read-evidence.ts";
import { foldUnits } from "../units/fold-units.ts";
import type { ExperimentStore } from "./experiment-store.ts";
import { listExperiments, readExperiment } from "./read-experiments.ts";
import { readRuledUnits } from "../units/read-units.ts";
import { storable } from "../database/sql-values.ts";
import { readAnswered } from "./answered.ts";
import { readSilentModelActivity } from "./silent-model-activity.ts";

export function createExperimentStore(pool: SqlPool, clock: Clock): ExperimentStore {
  return {
    list: () => listExperiments(pool),
    read: (id) => readExperiment(pool, id),
    evidence: (id) => readEvidence(pool, id, clock.now()),
    foldUnits: (task) => foldUnits(pool, task, clock.now()),
    units: (id) => readRuledUnits(pool, storable(id)),
    answered: (id, since, most) => readAnswered(pool, { experiment: storable(id), since, most }),
    silentModelActivity: (since) => readSilentModelActivity(pool, since),
  };
}
