import { judgeMessages, type NotJudged, type Order, ORDERS, readJudgeReply } from "@understudy/evaluation";
import type { ReviewJob } from "@understudy/mirror";
import type { ChatBody, EstimateCost } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { randomUUID } from "node:crypto";
import { utcDay } from "../spend/budget.ts";
import { ask, type AskDeps, type NoReply } from "./ask.ts";
import type { ReviewMemory, Said } from "./review-memory.ts";
import type { VerdictFormat } from "./verdict-format.ts";

export interface JudgeDeps extends AskDeps {
  readonly store: Pick<Store, "spend">;
  readonly estimate: EstimateCost;
  readonly format: VerdictFormat;
  readonly clock: Clock;
}

/** Whose row of the store's `spend` it is: one budget pays for all judging. */
const ACCOUNT = "judge";

/** For the reply and for what a judge thinks before it. */
const MOST_REPLY_TOKENS = 2_000;

/** Judgements under way may leave room for this one: no try, and soon again. */
export const WAIT: NoReply = {
  kind: "unanswered",
  again: true,
  called: false,
  retryAfterMs: 1_000,
  mayCost: false,
  refusesFormat: false,
};

type JudgedJob = ReviewJob & { readonly judge: NonNullable<ReviewJob["judge"]> };
type Replies = ReviewMemory["said"];
/** Both orders are answered; or the judge was not asked, and why; or a call brought nothing. */
type Outcome = "judged" | Extract<NotJudged, "over_budget" | "price_unknown"> | NoReply;

/**
 * Asks the judge for the orders that are not answered yet. What they may cost is set aside from the day's budget
 * before; what they did cost is charged after. `remember` keeps each reply before the next is asked for.
 */
export async function judgePair(
  job: JudgedJob,
  progress: { readonly said: Replies; readonly remember: (said: Replies) => Promise<void> },
  deps: JudgeDeps,
  signal: AbortSignal,
): Promise<{ readonly said: Replies; readonly outcome: Outcome }> {
  const { model, daily_budget_usd } = job.judge;
  const fence = randomUUID();
  let { said } = progress;
  const questions = ORDERS.filter((order) => said[order] === undefined).map((order) => questionOf(job, order, fence));
  if (questions.length === 0) return { said, outcome: "judged" };
  const requests = questions.map(({ order, messages }) => ({ order, body: bodyOf(model, messages) }));
  const eachUsd = estimateOf(requests[0]?.body ?? {}, model, deps);
  if (eachUsd === null) return { said, outcome: "price_unknown" };
  const budget = await reserve(requests.length * eachUsd, daily_budget_usd, deps);
  if (budget === "wait") return { said, outcome: WAIT };
  if (budget === "reached") return { said, outcome: "over_budget" };
  for (const { order, body } of requests) {
    const asked = await askInForm(body, { job }, deps, signal);
    if (asked.kind === "unanswered") {
      await budget.charge(asked.mayCost ? eachUsd : 0);
      return { said, outcome: asked };
    }
    const { answer, response_model, model: asModel, cost_usd } = asked.record;
    const reply: Said = { choice: readJudgeReply(answer?.text ?? null), judge: response_model ?? asModel, cost_usd };
    said = { ...said, [order]: reply };
    budget.spend(cost_usd ?? eachUsd);
    await progress.remember(said);
  }
  await budget.charge(0);
  return { said, outcome: "judged" };
}

interface InForm {
  readonly job: JudgedJob;
  /** In place of the verdict's, where the judge takes one. */
  readonly form?: Readonly<Record<string, unknown>>;
}

/** In the form that the judge is known to take, and without it where it refuses that. */
export async function askInForm(body: JudgeBody, { job, form }: InForm, deps: JudgeDeps, signal: AbortSignal) {
  const { model } = job.judge;
  const question = { role: "judge", operation: "chat", model } as const;
  const known = deps.format.of(model);
  const format = Object.keys(known).length === 0 ? known : (form ?? known);
  const asked = await ask({ ...question, body: { ...body, ...format } }, job, deps, signal);
  if (asked.kind === "answered" || !asked.refusesFormat || Object.keys(format).length === 0) return asked;
  deps.format.refused(model);
  return ask({ ...question, body }, job, deps, signal);
}

type JudgeBody = ReturnType<typeof bodyOf>;

interface Question {
  readonly order: Order;
  readonly messages: ReturnType<typeof judgeMessages>;
}

function questionOf(job: JudgedJob, order: Order, fence: string): Question {
  return { order, messages: judgeMessages(job, order, fence, job.judge.rubric) };
}

export function bodyOf(model: string, messages: Question["messages"]): ChatBody {
  return { model, messages, temperature: 0, max_tokens: MOST_REPLY_TOKENS };
}

export function estimateOf(body: ChatBody, model: string, { estimate }: JudgeDeps): number | null {
  return estimate(model, body, Buffer.byteLength(JSON.stringify(body)));
}

/** Money set aside from the day's budget, or why there is none. */
export async function reserve(usd: number, budgetUsd: number, { store, clock }: JudgeDeps) {
  const reservation = { account: ACCOUNT, day: utcDay(clock.now()), usd };
  const answer = await store.spend.reserve(reservation, budgetUsd);
  if (answer !== "reserved") return answer;
  let spent = 0;
  return {
    spend: (cost: number): void => void (spent += cost),
    /** What was spent, and `more` that may have been. Left out, as by a crash, all of it stays taken: the safe side. */
    charge: (more: number): Promise<void> => store.spend.charge(reservation, spent + more),
  };
}
