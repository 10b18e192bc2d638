import { type Decision, DECISIONS, type ExperimentEvent } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { By, ControlStore } from "@understudy/store";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";

export interface VerdictWatchDeps {
  /** The experiments that have a verdict now, and whether somebody waits for its being reached. */
  readonly experiments: () => readonly { readonly id: string; readonly asked: boolean }[];
  readonly report: (id: string) => Promise<Report | null>;
  /** Its events remember the last verdict, whichever process saw it. */
  readonly events: Pick<ControlStore, "events" | "addEvent" | "change">;
  readonly tell: (fact: WebhookFact) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 5 * 60_000;
/** Among so many of its newest events the last verdict is looked for. */
const EVENTS_READ = 200;
/** Every experiment's, until there is another. */
const FIRST: Decision = "keep_watching";

/** Says so when an experiment's verdict is another than its events have it: in its events, and to those who listen. */
export function createVerdictWatch(deps: VerdictWatchDeps): { readonly service: Service; look(): Promise<void> } {
  const { experiments, report, events, tell, clock, logger } = deps;

  async function lookAt(id: string, asked: boolean): Promise<void> {
    const verdict = (await report(id))?.verdict ?? null;
    if (verdict === null) return;
    const { decision: to, reason, pairs } = verdict;
    const before = lastIn(await events.events(id, { limit: EVENTS_READ })) ?? FIRST;
    const turned = before !== to;
    // Two gateways that see the same turn on the same day tell it under one id.
    const occasion = `${before} ${to} ${new Date(clock.now()).toISOString().slice(0, 10)}`;
    const fact = { subject: id, occasion, data: { from: before, to, reason, pairs } };
    if (turned) {
      const changes = { verdict: [before, to] } as const;
      await events.addEvent({ experiment: id, rollout: null, who: "guard", kind: "verdict", changes, reason });
      tell({ type: "verdict_changed", ...fact });
    }
    if (!isDecided(to)) return;
    if (asked || (turned && !isDecided(before))) tell({ type: "experiment_decided", ...fact, asked });
    if (asked) await events.change(id, { tell_when_decided: false }, toldOf(to));
  }

  async function look(): Promise<void> {
    for (const { id, asked } of experiments()) {
      await lookAt(id, asked).catch((error: unknown) => {
        logger.debug("a verdict cannot be looked at now", { experiment: id, ...errorFields(error) });
      });
    }
  }

  return { look, service: createPeriodic({ name: "watch of verdicts", everyMs: LOOK_EVERY_MS, clock, run: look }) };
}

/** Once is enough; who wants to know of the next asks again. */
function toldOf(decision: Decision): By {
  return { who: "guard", reason: `the verdict is ${decision}, and the webhook is told` };
}

function lastIn(events: readonly ExperimentEvent[]): Decision | null {
  const [, after] = events.find(({ kind }) => kind === "verdict")?.changes["verdict"] ?? [];
  return DECISIONS.find((decision) => decision === after) ?? null;
}

function isDecided(decision: Decision): boolean {
  return decision === "promote" || decision === "reject";
}
