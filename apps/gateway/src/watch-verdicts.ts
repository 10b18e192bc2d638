import type { Decision } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";

export interface VerdictWatchDeps {
  /** Ids of the experiments that have a verdict. */
  readonly experiments: readonly string[];
  readonly report: (id: string) => Promise<Report | null>;
  readonly tell: (fact: WebhookFact) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 5 * 60_000;

/**
 * Says so when an experiment's verdict is another than it was at the last look. The first look of a process tells
 * nothing: what was before it is not known.
 */
export function createVerdictWatch(deps: VerdictWatchDeps): { readonly service: Service; look(): Promise<void> } {
  const { experiments, report, tell, clock, logger } = deps;
  const known = new Map<string, Decision>();

  async function lookAt(id: string): Promise<void> {
    const verdict = (await report(id))?.verdict ?? null;
    if (verdict === null) return;
    const before = known.get(id);
    known.set(id, verdict.decision);
    if (before === undefined || before === verdict.decision) return;
    const { decision: to, reason, pairs } = verdict;
    // Two gateways that see the same turn on the same day tell it under one id.
    const occasion = `${before} ${to} ${new Date(clock.now()).toISOString().slice(0, 10)}`;
    const data = { from: before, to, reason, pairs };
    tell({ type: "verdict_changed", subject: id, occasion, data });
    if (isDecided(to) && !isDecided(before)) tell({ type: "experiment_decided", subject: id, occasion, data });
  }

  async function look(): Promise<void> {
    for (const id of experiments) {
      await lookAt(id).catch((error: unknown) => {
        logger.debug("a verdict cannot be looked at now", { experiment: id, ...errorFields(error) });
      });
    }
  }

  return { look, service: createPeriodic({ name: "watch of verdicts", everyMs: LOOK_EVERY_MS, clock, run: look }) };
}

function isDecided(decision: Decision): boolean {
  return decision === "promote" || decision === "reject";
}
