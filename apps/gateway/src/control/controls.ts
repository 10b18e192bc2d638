import type { Config } from "@understudy/config";
import { type Control, derivedFrom, silentModelsIn } from "@understudy/control";
import type { MirrorQueues } from "@understudy/mirror";
import type { Clock, Logger } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { createDeleter, type Deleter } from "../deletions/deleter.ts";
import type { Conduct } from "../rollout/conduct.ts";
import type { Reports } from "../reports/reports.ts";
import { createExperimentsControl, type ExperimentsControl } from "./experiment-control.ts";
import { createExperimentRuns, type ExperimentRuns } from "./experiment-runs.ts";
import { createLabelControl, type LabelControl } from "./label-control.ts";
import { createQueueControl, type QueueControl } from "./queue-control.ts";
import { createRolloutControl, type RolloutControl } from "./rollout-control.ts";

/** All that a person may do by the API, each part for a group of its routes. */
export interface Controls {
  readonly runs: ExperimentRuns;
  readonly experimentControl: ExperimentsControl;
  readonly rolloutControl: RolloutControl;
  readonly deleter: Deleter;
  readonly labelControl: LabelControl;
  readonly queueControl: QueueControl;
}

export interface ControlsDeps {
  readonly config: Config;
  readonly queues: MirrorQueues;
  readonly store: Store;
  readonly control: Control;
  readonly reports: Reports;
  readonly conduct: Conduct;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createControls(deps: ControlsDeps): Controls {
  const runs = createExperimentRuns(deps);
  const { config, control } = deps;
  const silentModels = derivedFrom(control, (state) => silentModelsIn(config, state).map(({ name }) => name));
  return {
    runs,
    experimentControl: createExperimentsControl({ ...deps, runs }),
    rolloutControl: createRolloutControl(deps),
    deleter: createDeleter({ ...deps, silentModels }),
    labelControl: createLabelControl(deps),
    queueControl: createQueueControl({ ...deps, silentModels }),
  };
}
