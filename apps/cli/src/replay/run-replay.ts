import { Budget } from "./budget.ts";
import { Outstanding } from "./outstanding.ts";
import { createProgress, type Progress } from "./progress.ts";
import { ReplayFault } from "./replay-fault.ts";
import type { ReplayResult } from "./result.ts";
import { keyOf, type Replay, requestsToSend, type SendDeps, sendReplays, type Sent } from "./send-replays.ts";

export interface ReplayPlan extends Replay {
  readonly budgetUsd: number | null;
  readonly wait: boolean;
}

type Deps = Omit<SendDeps, "budget" | "outstanding">;

/** Live mirrors share the queue: the rest of its length is theirs. */
const MOST_WAITING = 1_000;

/** Sends, and follows what was sent to its outcome. */
export async function runReplayOf(plan: ReplayPlan, given: Deps): Promise<ReplayResult> {
  const deps = refusingUnpriced(plan, given);
  const { store, queues, patiently } = deps;
  // Before anything is claimed: a queue that is not there at all is told at once.
  await patiently(() => queues.ping());
  const budget = new Budget(plan.budgetUsd, await patiently(() => store.replays.spend(keyOf(plan).id)));
  const { with_texts } = await patiently(() => store.pairs.countTexts({ ...plan, experiment: plan.source.id }));
  const progress = createProgress(Math.min(with_texts, plan.limit));
  const sent: Sent = { endedBy: "all_sent", alreadyReplayed: 0, withoutTexts: 0, sent: 0 };
  const outstanding = new Outstanding({
    ...deps,
    silentModel: plan.silent.name,
    maxDepth: Math.max(1, Math.min(MOST_WAITING, Math.floor(plan.silent.maxQueueLength / 2))),
    budget,
    capped: plan.budgetUsd !== null,
    looked: () => progress.show(sent.alreadyReplayed + outstanding.settled, budget.spentUsd),
    nothingComes: () => sayNothingComes(progress, plan.silent.name),
  });
  try {
    await sendReplays(plan, sent, { ...deps, budget, outstanding });
    if (plan.wait) await outstanding.ended();
    if (deps.signal.aborted) sent.endedBy = "interrupted";
  } finally {
    progress.end(sent.alreadyReplayed + sent.sent, sent.alreadyReplayed + outstanding.settled);
  }
  const { outcomes, size: pending } = outstanding;
  return {
    ...resultOf(plan, sent),
    ...outcomes,
    pending,
    spent_usd: budget.spentUsd,
    estimated_usd: budget.estimatedUsd,
  };
}

/** What would be sent. */
export async function countReplay(plan: ReplayPlan, given: Deps): Promise<ReplayResult> {
  const deps = refusingUnpriced(plan, given);
  const spend = await deps.patiently(() => deps.store.replays.spend(keyOf(plan).id));
  const budget = new Budget(plan.budgetUsd, spend);
  const sent: Sent = { endedBy: "all_sent", alreadyReplayed: 0, withoutTexts: 0, sent: 0 };
  for await (const requests of requestsToSend(plan, sent, deps)) {
    const fitting = budget.affordable(requests);
    for (const request of fitting) budget.sent(request);
    sent.sent += fitting.length;
    if (fitting.length < requests.length) sent.endedBy = "budget";
    if (deps.signal.aborted) sent.endedBy = "interrupted";
    if (sent.endedBy === "budget" || sent.endedBy === "interrupted") break;
  }
  const { spent_usd } = spend;
  return { ...resultOf(plan, sent), dry_run: true, spent_usd, estimated_usd: budget.estimatedUsd };
}

/** A cap on costs that nobody knows would be none. */
function refusingUnpriced({ budgetUsd, silent }: ReplayPlan, deps: Deps): Deps {
  if (budgetUsd === null) return deps;
  return {
    ...deps,
    estimate(pair) {
      const usd = deps.estimate(pair);
      if (usd !== null) return usd;
      throw new ReplayFault(
        `--budget-usd: the price of ${silent.name} is not known; ` +
          "write input_cost_per_token and output_cost_per_token on its deployment, or base_model",
      );
    },
  };
}

function sayNothingComes(progress: Progress, silent: string): void {
  progress.say(
    `No pair has come for a minute: does a worker run, with a config.yaml that has ${silent} as it is here?`,
  );
}

function resultOf(plan: ReplayPlan, sent: Sent): ReplayResult {
  return {
    experiment: keyOf(plan).id,
    source: plan.source.id,
    silent_model: plan.silent.name,
    dry_run: false,
    ended_by: sent.endedBy,
    already_replayed: sent.alreadyReplayed,
    without_texts: sent.withoutTexts,
    sent: sent.sent,
    paired: 0,
    failed: 0,
    expired: 0,
    dropped: 0,
    pending: 0,
    spent_usd: 0,
    estimated_usd: null,
    budget_usd: plan.budgetUsd,
  };
}
