import { type Config, modelGroupOf } from "@understudy/config";
import type { Rollout, RolloutAsked } from "@understudy/contracts";
import type { By, Store } from "@understudy/store";
import { ApiError } from "../http/api-error.ts";
import type { Reports } from "../reports/reports.ts";
import { away, refused, unknown } from "./experiment-control.ts";

const DEFAULTS = {
  stages: [5, 25, 50, 100],
  sticky: "session",
  hold: { pairs: 200, hours: 24 },
  automatic: true,
  fallback: true,
  watch_ms: 14 * 86_400_000,
} as const;

export interface RolloutStartDeps {
  readonly config: Config;
  readonly store: Store;
  readonly reports: Pick<Reports, "report">;
}

/** Starts the rollout of an experiment: on the verdict, or by force and with a reason. */
export function createRolloutStart({
  config,
  store,
  reports,
}: RolloutStartDeps): (experiment: string, asked: RolloutAsked, by: By) => Promise<Rollout> {
  /** Whether it is forced; throws where it would have to be and is not. */
  async function needsForce(id: string, force: boolean): Promise<boolean> {
    const report = await reports.report(id).catch(away);
    const decision = report?.verdict.decision ?? "keep_watching";
    if (decision === "promote") return false;
    if (force) return true;
    const said = report?.verdict.reason ?? "There are no pairs yet.";
    const message = `The verdict of ${id} is ${decision}, not promote: ${said.replace(/\.?$/, ".")} Send {"force": true, "reason": "…"} to hand over all the same.`;
    throw new ApiError("verdict_not_promote", message, { param: "force" });
  }

  return async (id, { force, reason: _said, hold, ...asked }, { who, reason }) => {
    const detail = await store.experiments.read(id).catch(away);
    const key = detail ?? config.experiments.find((experiment) => experiment.id === id);
    if (key === undefined) throw unknown(id);
    if (detail?.replay === true)
      throw new ApiError("wrong_state", `${id} replays stored requests: there is nothing to hand over.`);
    const { primary, silent } = key;
    refuseWhatCannotLead(config, { id, primary, silent });
    const forced = await needsForce(id, force === true);
    const why = reason ?? (forced ? null : "the verdict is promote");
    if (why === null) throw reasonMissing();
    const sides = detail?.sides.primary;
    const error_rate = await store.experiments.primaryFailures(id).catch(away);
    const baseline = { error_rate, first_token_p95_ms: sides?.first_token_ms.p95 ?? null };
    const plan = { ...DEFAULTS, ...asked, hold: { ...DEFAULTS.hold, ...hold }, forced, baseline, facts: {} };
    return store.control
      .startRollout({ experiment: id, primary, silent, ...plan }, { who, reason: why })
      .catch(refused);
  };
}

function refuseWhatCannotLead(
  config: Config,
  { id, primary, silent }: { id: string; primary: string; silent: string },
): void {
  if (primary === silent) {
    throw new ApiError(
      "wrong_state",
      `${id} is a control: ${primary} is held against itself, and there is nothing to hand over.`,
    );
  }
  const missing = [primary, silent].find((name) => modelGroupOf(config, name) === null);
  if (missing === undefined) return;
  const message = `The configuration has no model group ${missing} any more. Name it in model_list, and restart.`;
  throw new ApiError("wrong_state", message);
}

function reasonMissing(): ApiError {
  return new ApiError("invalid_request", "`reason`: say in a sentence why it is handed over without the verdict.", {
    param: "reason",
  });
}
