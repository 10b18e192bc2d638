import type { Config } from "@understudy/config";
import type { Control } from "@understudy/control";
import type { MirrorQueues } from "@understudy/mirror";
import type { Clock, Logger, Service } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import type { Webhook } from "@understudy/telemetry";
import { createLive, type Live } from "./live/live.ts";
import { createOverviews, type Overviews } from "./reports/overviews.ts";
import { createReportMaker } from "./reports/report-maker.ts";
import { createReports, type Reports } from "./reports/reports.ts";
import { type Conduct, createConduct } from "./rollout/conduct.ts";
import { tellRollouts } from "./rollout/tell-rollouts.ts";
import { createVerdictWatch } from "./watch-verdicts.ts";

export interface JudgingDeps {
  readonly config: Config;
  readonly control: Control;
  readonly store: Store;
  readonly queues: MirrorQueues;
  /** Null where none is configured. */
  readonly webhook: Webhook | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** All of a gateway that reads the evidence: what is said of experiments, and what is done of it by itself. */
export interface Judging {
  readonly reports: Reports;
  readonly overviews: Overviews;
  readonly live: Live;
  readonly conduct: Conduct;
  /** In the order they start. */
  readonly services: readonly Service[];
}

export function createJudging(deps: JudgingDeps): Judging {
  const { config, control, store, webhook, clock, logger } = deps;
  const maker = createReportMaker({ clock });
  const reports = createReports({ config, control, store, clock, maker });
  const tell = webhook?.tell ?? ((): void => undefined);
  const conduct = createConduct({ config, control, store, guard: (input) => maker.guard(input), tell, clock, logger });
  const overviews = createOverviews({ config, control, store, maker, clock, logger });
  const live = createLive({ control, overviews, queues: () => depthsOf(deps), clock });
  return {
    reports,
    overviews,
    live,
    conduct,
    services: [
      reports.service,
      overviews.service,
      live.service,
      conduct.service,
      ...(webhook === null ? [] : [tellingRollouts(control, tell)]),
      verdictWatch(deps, reports, tell),
    ],
  };
}

async function depthsOf({ config, queues }: JudgingDeps): Promise<ReadonlyMap<string, string>> {
  const depths = config.silentModels.map(async ({ name }) => {
    const { depth, paused, resting_ms } = await queues.inspect(name).health();
    return [name, `${JSON.stringify(depth)} ${paused} ${resting_ms !== null}`] as const;
  });
  return new Map(await Promise.all(depths));
}

function tellingRollouts(control: Control, tell: Webhook["tell"]): Service {
  let stop = (): void => undefined;
  return {
    name: "events of rollouts",
    start: () => Promise.resolve(void (stop = tellRollouts(control, tell))),
    stop: () => Promise.resolve(stop()),
  };
}

function verdictWatch(deps: JudgingDeps, { report }: Reports, tell: Webhook["tell"]): Service {
  const { control, store, webhook, clock, logger } = deps;
  const experiments = () =>
    control
      .current()
      .experiments.filter(({ primary, silent }) => primary !== silent)
      // Where nobody can be told, whoever waits goes on waiting.
      .map(({ id, tell_when_decided = false }) => ({ id, asked: tell_when_decided && webhook !== null }));
  return createVerdictWatch({ experiments, report, events: store.control, tell, clock, logger }).service;
}
