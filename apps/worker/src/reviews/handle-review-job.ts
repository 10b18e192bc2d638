import { backoffMs, errorFields, type Logger, type Random } from "@understudy/runtime";
import { judgementOf, type NotJudged, type Review } from "@understudy/evaluation";
import type { Delivery, ReviewJob, DeliveryOutcome } from "@understudy/mirror";
import type { Store } from "@understudy/store";
import { reviewWithout } from "./admit-review.ts";
import type { NoReply } from "./ask.ts";
import { gradedOf, gradePair } from "./grade-pair.ts";
import { type JudgeDeps, judgePair } from "./judge-pair.ts";
import { measureSimilarity, type Similarity } from "./measure-similarity.ts";
import { type Grades, readReviewMemory, type ReviewMemory } from "./review-memory.ts";

export interface ReviewDeps extends JudgeDeps {
  readonly random: Random;
  readonly logger: Logger;
  readonly store: Store;
  /** Told of a review once it is stored. */
  readonly onReview: (review: Review, job: ReviewJob) => void;
}

/** Further tries after the first, of judge and embedding model together. */
const RETRIES = 4;
const STORE_AGAIN_MS = 5_000;
const BACKOFF = { firstMs: 1_000, longestMs: 60_000 };

/** How far a delivery came: what is known, and what is still wanting. */
interface Progress {
  readonly memory: ReviewMemory;
  readonly notJudged: NotJudged | null;
  readonly wanting: readonly NoReply[];
  /** Rubrics were not graded for want of money or of a price, whatever the answers are. */
  readonly unpaid?: boolean;
}

/**
 * Takes a review to its one end, whatever judge and embedding model do. A redelivery asks only for what is not answered yet,
 * and nobody once the review is stored.
 */
export function createReviewHandler(deps: ReviewDeps): (delivery: Delivery<ReviewJob>) => Promise<DeliveryOutcome> {
  return async (delivery) => {
    const { job, signal } = delivery;
    if ((await deps.store.reviews.read(job.pair_id)) !== null) return { kind: "done" };
    const memory = readReviewMemory(delivery.memory);
    const expired = deps.clock.now() > job.expires_at;
    const progress: Progress = expired
      ? { memory, notJudged: "expired", wanting: [] }
      : await review(delivery, memory, deps);
    const { wanting } = progress;
    const afterMs = signal.aborted && wanting.length > 0 ? 0 : nextTry(progress, job, deps);
    if (afterMs === null) return finish(delivery, progress, deps);
    // What we ended ourselves is no try.
    const failed = !signal.aborted && wanting.some(({ called }) => called);
    await delivery.remember({ ...progress.memory, tries: memory.tries + (failed ? 1 : 0) } satisfies ReviewMemory);
    return { kind: "again", afterMs };
  };
}

async function review(delivery: Delivery<ReviewJob>, before: ReviewMemory, deps: ReviewDeps): Promise<Progress> {
  const { job, signal } = delivery;
  let memory = before;
  const wanting: NoReply[] = [];
  if (job.embedding_model !== null && memory.similarity === null) {
    const measured = await measureSimilarity(job, job.embedding_model, deps, signal);
    if (isSimilarity(measured)) memory = { ...memory, similarity: measured };
    else wanting.push(measured);
  }
  const { judge } = job;
  if (judge === null) return { memory, notJudged: job.not_judged, wanting };
  const remember = (said: ReviewMemory["said"]) => delivery.remember({ ...memory, said } satisfies ReviewMemory);
  const { said, outcome } = await judgePair({ ...job, judge }, { said: memory.said, remember }, deps, signal);
  memory = { ...memory, said };
  if (outcome === "judged") return graded(delivery, { memory, notJudged: null, wanting }, deps);
  if (typeof outcome === "string") return { memory, notJudged: outcome, wanting };
  return { memory, notJudged: "judge_failed", wanting: [...wanting, outcome] };
}

/** The judge has spoken of the pair; now it grades each answer, where there are rubrics. */
async function graded(delivery: Delivery<ReviewJob>, known: Progress, deps: ReviewDeps): Promise<Progress> {
  const { job, signal } = delivery;
  const { judge, rubrics } = job;
  if (judge === null || rubrics === undefined) return known;
  const remember = (grades: Grades) => delivery.remember({ ...known.memory, grades } satisfies ReviewMemory);
  const { grades: before = {} } = known.memory;
  const { grades, outcome } = await gradePair({ ...job, judge, rubrics }, { grades: before, remember }, deps, signal);
  const memory = { ...known.memory, grades };
  if (outcome === "graded") return { ...known, memory };
  if (typeof outcome === "string") return { ...known, memory, unpaid: true };
  return { ...known, memory, wanting: [...known.wanting, outcome] };
}

function isSimilarity(measured: Similarity | NoReply): measured is Similarity {
  return "value" in measured;
}

/** Milliseconds until the next try of what is wanting; null when there is none. */
function nextTry({ memory, wanting }: Progress, job: ReviewJob, { clock, random }: ReviewDeps): number | null {
  const open = wanting.filter(({ again, called }) => again && (!called || memory.tries < RETRIES));
  if (open.length === 0) return null;
  const backoff = random() * backoffMs(memory.tries, BACKOFF);
  const asked = Math.max(...open.map(({ retryAfterMs, called }) => retryAfterMs ?? (called ? 0 : BACKOFF.firstMs)));
  const afterMs = Math.max(asked, backoff);
  return clock.now() + afterMs > job.expires_at ? null : afterMs;
}

/** Stores what is known; while that fails it waits with the job, so that no answer is ever paid for twice. */
async function finish(delivery: Delivery<ReviewJob>, progress: Progress, deps: ReviewDeps): Promise<DeliveryOutcome> {
  const review = reviewOf(delivery.job, progress, deps.clock.now());
  try {
    if ((await deps.store.reviews.save(review)) === "stored") deps.onReview(review, delivery.job);
    return { kind: "done" };
  } catch (error) {
    deps.logger.warn("a review cannot be stored yet; it waits on its queue", {
      pair_id: review.pair_id,
      ...errorFields(error),
    });
    await delivery.remember(progress.memory);
    return { kind: "again", afterMs: STORE_AGAIN_MS };
  }
}

function reviewOf(job: ReviewJob, progress: Progress, now: number): Review {
  const { memory, notJudged } = progress;
  const { value: similarity, cost_usd: embedding_cost_usd } = memory.similarity ?? { value: null, cost_usd: null };
  return {
    ...reviewWithout(job, notJudged ?? "judge_failed", now),
    ...judgedOf(memory),
    rubrics: rubricsOf(job, progress),
    similarity,
    similarity_failed: job.embedding_model !== null && similarity === null,
    embedding_cost_usd,
  };
}

/** Null where no grade was to be had, for a reason that hangs on no answer. */
function rubricsOf({ rubrics }: ReviewJob, { memory, notJudged, unpaid = false }: Progress): Review["rubrics"] {
  const unasked = notJudged === "over_budget" || notJudged === "price_unknown";
  return rubrics === undefined || unpaid || unasked ? null : gradedOf(rubrics, memory.grades ?? {});
}

/** What the judge said and cost; without both orders only what it cost. */
function judgedOf({ said, grades = {} }: ReviewMemory): Partial<Review> {
  const { primary_first: first, silent_first: second } = said;
  const grading = Object.values(grades).map(({ cost_usd }) => cost_usd);
  const paid = {
    judge: (first ?? second)?.judge ?? null,
    judge_cost_usd: sum(first?.cost_usd, second?.cost_usd, ...grading),
  };
  if (first === undefined || second === undefined) return paid;
  const choices = { primary_first: first.choice, silent_first: second.choice };
  return { ...paid, judgement: judgementOf(choices), not_judged: null, choices };
}

/** Of what is known; null when nothing is. */
function sum(...costs: readonly (number | null | undefined)[]): number | null {
  const known = costs.filter((cost) => typeof cost === "number");
  return known.length === 0 ? null : known.reduce((total, cost) => total + cost, 0);
}
