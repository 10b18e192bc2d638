import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { readEvidence } from "../evidence/read-evidence.ts";
import { foldUnits } from "../units/fold-units.ts";
import type { ExperimentStore } from "./experiment-store.ts";
import { listExperiments, readExperiment } from "./read-experiments.ts";
import { readSilentModelActivity } from "./silent-model-activity.ts";

export function createExperimentStore(pool: SqlPool, clock: Clock): ExperimentStore {
  return {
    list: () => listExperiments(pool),
    read: (id) => readExperiment(pool, id),
    evidence: (id) => readEvidence(pool, id, clock.now()),
    foldUnits: (task) => foldUnits(pool, task, clock.now()),
    silentModelActivity: (since) => readSilentModelActivity(pool, since),
  };
}
