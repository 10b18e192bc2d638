import type { SilentModel, WebhookSettings } from "@understudy/config";
import type { MirrorQueues } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";

/** Says so when a silent model fails, its queue backs up, or its budget is reached: once each time, not at each call. */
export interface SilentModelWatch {
  callEnded(silentModel: string, record: CallRecord): void;
  budgetReached(silentModel: string, day: string, budgetUsd: number): void;
  /** Looks at the queues now, as `service` does every half minute. */
  lookAtQueues(): Promise<void>;
  readonly service: Service;
}

export interface WatchDeps {
  /** Those that copies go to now. */
  readonly silentModels: () => readonly SilentModel[];
  readonly settings: Pick<WebhookSettings, "failureRate" | "queueShare">;
  readonly queues: Pick<MirrorQueues, "inspect">;
  readonly tell: (fact: WebhookFact) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 30_000;
/** Calls that a failure rate is taken from, and the least it takes: three failures of four may be chance. */
const LAST_CALLS = 50;
const LEAST_CALLS = 20;

export function createSilentModelWatch(deps: WatchDeps): SilentModelWatch {
  const { silentModels, settings, queues, tell, clock, logger } = deps;
  const calls = new Map<string, boolean[]>();
  const failing = createAlarm();
  const backingUp = createAlarm();

  /** The hour makes two workers' word of one trouble one message, and that of the next trouble another. */
  const occasion = (): string => new Date(clock.now()).toISOString().slice(0, 13);

  async function look({ name, maxQueueLength }: SilentModel): Promise<void> {
    const { depth, oldest_ms } = await queues.inspect(name).health();
    const jobs = depth.waiting + depth.delayed;
    if (!backingUp.rises(name, jobs / maxQueueLength, settings.queueShare)) return;
    const data = { jobs, max_queue_length: maxQueueLength, oldest_ms };
    tell({ type: "queue_backing_up", subject: name, occasion: occasion(), data });
  }

  async function lookAtQueues(): Promise<void> {
    for (const model of silentModels()) {
      await look(model).catch((error: unknown) => {
        logger.debug("a queue cannot be looked at now", { silent_model: model.name, ...errorFields(error) });
      });
    }
  }

  return {
    callEnded(silentModel, { status, error }) {
      const last = calls.get(silentModel) ?? [];
      calls.set(silentModel, last);
      last.push(status !== "ok");
      if (last.length > LAST_CALLS) last.shift();
      if (last.length < LEAST_CALLS) return;
      const failed = last.filter(Boolean).length;
      if (!failing.rises(silentModel, failed / last.length, settings.failureRate)) return;
      const data = { failed, of: last.length, last_error: error?.kind ?? null };
      tell({ type: "silent_model_failing", subject: silentModel, occasion: occasion(), data });
    },
    budgetReached(silentModel, day, budgetUsd) {
      tell({ type: "budget_reached", subject: silentModel, occasion: day, data: { day, daily_budget_usd: budgetUsd } });
    },
    lookAtQueues,
    service: createPeriodic({ name: "watch of silent models", everyMs: LOOK_EVERY_MS, clock, run: lookAtQueues }),
  };
}

/** Goes off when a share reaches its limit, and again only after it has fallen to half of it. */
function createAlarm() {
  const ringing = new Set<string>();
  return {
    rises(name: string, share: number, limit: number): boolean {
      if (share < limit / 2) ringing.delete(name);
      if (share < limit || ringing.has(name)) return false;
      ringing.add(name);
      return true;
    },
  };
}
