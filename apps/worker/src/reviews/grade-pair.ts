import { type OwnChecked, readGrade, rubricMessages } from "@understudy/evaluation";
import type { JobRubrics, ReviewJob } from "@understudy/mirror";
import { randomUUID } from "node:crypto";
import type { NoReply } from "./ask.ts";
import { askInForm, bodyOf, estimateOf, type JudgeDeps, reserve, WAIT } from "./judge-pair.ts";
import type { Grades } from "./review-memory.ts";

const SIDES = ["primary", "silent"] as const;

export type GradedJob = ReviewJob & {
  readonly judge: NonNullable<ReviewJob["judge"]>;
  readonly rubrics: JobRubrics;
};

/** All are graded; or nobody was asked, and why; or a call brought nothing. */
type Outcome = "graded" | "over_budget" | "price_unknown" | NoReply;

/** A JSON object whose form the verdict's schema does not have. */
const FORM = { response_format: { type: "json_object" } } as const;

/**
 * Has the judge grade each answer by each rubric, as far as it has not yet: one answer at a time, and not told whose it is. Paid
 * from the judge's budget: what all that is left may cost is set aside before.
 */
export async function gradePair(
  job: GradedJob,
  progress: { readonly grades: Grades; readonly remember: (grades: Grades) => Promise<void> },
  deps: JudgeDeps,
  signal: AbortSignal,
): Promise<{ readonly grades: Grades; readonly outcome: Outcome }> {
  const { model, daily_budget_usd } = job.judge;
  let { grades } = progress;
  const questions = questionsOf(job).filter(({ key }) => grades[key] === undefined);
  if (questions.length === 0) return { grades, outcome: "graded" };
  const dearest = Math.max(...questions.map(({ body }) => estimateOf(body, model, deps) ?? Number.NaN));
  if (Number.isNaN(dearest)) return { grades, outcome: "price_unknown" };
  const budget = await reserve(questions.length * dearest, daily_budget_usd, deps);
  if (budget === "wait") return { grades, outcome: WAIT };
  if (budget === "reached") return { grades, outcome: "over_budget" };
  for (const { key, rubric, body } of questions) {
    const asked = await askInForm(body, { job, form: FORM }, deps, signal);
    if (asked.kind === "unanswered") {
      await budget.charge(asked.mayCost ? dearest : 0);
      return { grades, outcome: asked };
    }
    const { answer, cost_usd } = asked.record;
    grades = { ...grades, [key]: { as: readGrade(answer?.text ?? null, rubric), cost_usd } };
    budget.spend(cost_usd ?? dearest);
    await progress.remember(grades);
  }
  await budget.charge(0);
  return { grades, outcome: "graded" };
}

function questionsOf(job: GradedJob) {
  const fence = randomUUID();
  const { conversation } = job;
  return job.rubrics.each.flatMap((rubric, index) =>
    SIDES.map((side) => {
      const messages = rubricMessages(rubric, { conversation, answer: job[side] }, fence);
      return { key: `${index} ${side}`, rubric, body: bodyOf(job.judge.model, messages) };
    }),
  );
}

/** What the grades say of the pair; an answer that has none was not graded. */
export function gradedOf({ set, each }: JobRubrics, grades: Grades): OwnChecked {
  const results = each.map(({ name, not }, index) => ({
    name,
    type: not ? "not-llm-rubric" : "llm-rubric",
    primary: grades[`${index} primary`]?.as ?? "not_run",
    silent: grades[`${index} silent`]?.as ?? "not_run",
  }));
  return { set, results };
}
