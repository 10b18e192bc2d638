import { type MirrorJob, silentSnapshot } from "@understudy/mirror";
import type { EstimateCost } from "@understudy/providers";
import { type CallRecord, FAILURES } from "@understudy/contracts";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { Store, Reservation } from "@understudy/store";

export interface Budget {
  /**
   * Sets aside what the job's call may cost. `wait`: calls under way may leave room for it. `reached`: not today. Rejects
   * when the store cannot be reached, and when the job's request is no JSON object.
   */
  reserve(job: MirrorJob): Promise<Reserved | "wait" | "reached">;
}

export interface Reserved {
  /** Puts the real cost in the place of what was set aside; null when there was no call. Never rejects. */
  charge(record: CallRecord | null): Promise<void>;
}

export interface BudgetDeps {
  readonly silentModel: string;
  readonly estimate: EstimateCost;
  readonly store: Pick<Store, "spend">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told once a day by each process that finds the budget reached. */
  readonly reached?: ((day: string, capUsd: number) => void) | undefined;
}

export const NO_BUDGET: Budget = { reserve: () => Promise.resolve(NOTHING_RESERVED) };

const NOTHING_RESERVED: Reserved = { charge: () => Promise.resolve() };

/** Whose row of the store's `spend` it is. */
export function spendAccount(silentModel: string): string {
  return `silent:${silentModel}`;
}

export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** A daily cap on what a silent model's calls may cost, held by all workers together; while it is null nothing is set aside. */
export function createBudget(cap: () => number | null, deps: BudgetDeps): Budget {
  const { silentModel, estimate, store, clock, logger } = deps;
  let dayReached = "";

  function noteReached({ day, usd }: Reservation, capUsd: number): void {
    if (day === dayReached) return;
    dayReached = day;
    const fields = { silent_model: silentModel, day, daily_budget_usd: capUsd, next_call_usd: usd };
    logger.warn("the daily budget is reached; mirrors are dropped until the next day in UTC", fields);
    deps.reached?.(day, capUsd);
  }

  return {
    async reserve(job) {
      const capUsd = cap();
      if (capUsd === null) return NOTHING_RESERVED;
      const usd = estimate(silentModel, silentSnapshot(job), Buffer.byteLength(job.request));
      // It was told at start that without a price the cap cannot hold.
      if (usd === null) return NOTHING_RESERVED;
      const reservation = { account: spendAccount(silentModel), day: utcDay(clock.now()), usd };
      const answer = await store.spend.reserve(reservation, capUsd);
      if (answer === "reached") noteReached(reservation, capUsd);
      if (answer !== "reserved") return answer;
      return {
        async charge(record) {
          try {
            await store.spend.charge(reservation, actualUsd(record, usd));
          } catch (error) {
            // It stays set aside, which counts as spent.
            logger.warn("the cost of a silent call cannot be written", {
              silent_model: silentModel,
              ...errorFields(error),
            });
          }
        },
      };
    },
  };
}

function actualUsd(record: CallRecord | null, reservedUsd: number): number {
  if (record === null) return 0;
  if (record.cost_usd !== null) return record.cost_usd;
  const mayCost = record.error === null || FAILURES[record.error.kind].mayCost;
  return record.status === "error" && !mayCost ? 0 : reservedUsd;
}
