import { cosineSimilarity } from "@understudy/evaluation";
import type { ReviewJob } from "@understudy/mirror";
import { readVectors } from "@understudy/apis";
import { ask, type AskDeps, type NoReply } from "./ask.ts";
import type { ReviewMemory } from "./review-memory.ts";

export type Similarity = NonNullable<ReviewMemory["similarity"]>;

/** How alike the two answers are by their embeddings, both from one call. Vectors that cannot be compared give no value. */
export async function measureSimilarity(
  job: ReviewJob,
  model: string,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<Similarity | NoReply> {
  if (job.primary === job.silent) return { value: 1, cost_usd: null };
  const body = { model, input: [job.primary, job.silent] };
  const asked = await ask({ role: "embedding", operation: "embeddings", model, body }, job, deps, signal);
  if (asked.kind === "unanswered") return asked;
  const [primary, silent] = readVectors(asked.bytes, 2) ?? [];
  const value = primary === undefined || silent === undefined ? null : cosineSimilarity(primary, silent);
  return { value, cost_usd: asked.record.cost_usd };
}
