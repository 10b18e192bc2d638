import { callRemainsSchema, type LossReason, type MirrorJob, someText } from "@understudy/mirror";
import type { Clock, Logger } from "@understudy/runtime";
import type { Pair, Store } from "@understudy/store";
import { z } from "zod";
import { readMemory } from "./job-memory.ts";

export interface LostJob {
  readonly data: unknown;
  readonly reason: LossReason;
  /** What an earlier delivery left with it. */
  readonly memory: unknown;
}

export interface LostJobDeps {
  readonly savePair: (pair: Pair, job: MirrorJob) => Promise<void>;
  readonly store: Pick<Store, "ledger">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The least that a row is written from: whose job it is, and those parts of the primary's record that are columns. */
const remainsSchema = z.looseObject({
  pair_id: someText,
  request_id: someText,
  experiment: someText,
  primary_group: someText,
  silent_model: someText,
  primary: callRemainsSchema,
  payloads: z.enum(["full", "metrics_only"]).catch("metrics_only"),
  retention_ms: z.number().nonnegative().catch(0),
});

const idSchema = z.looseObject({ pair_id: someText });

/**
 * Gives a job that will never be handled its outcome: the pair that waited with it to be stored, or else dropped, with
 * the reason. Of one that was altered only its id can be trusted: its mirror is counted as dropped, and no pair is made of
 * what somebody wrote. Rejects when the store cannot be written.
 */
export async function recordLostJob(
  { data, reason, memory }: LostJob,
  { savePair, store, clock, logger }: LostJobDeps,
): Promise<void> {
  const remains = remainsSchema.safeParse(data);
  if (!remains.success) {
    const pair_id = idSchema.safeParse(data).data?.pair_id ?? null;
    const counted = pair_id !== null && (await store.ledger.drop(pair_id, reason));
    const fields = { pair_id, reason, counted };
    logger.error("a job on the queue was altered, is damaged beyond reading, or is none of ours", fields);
    return;
  }
  const job = remains.data as unknown as MirrorJob;
  const complete = readMemory(memory).pair;
  if (complete !== null) return savePair(complete, job);
  const pair: Pair = {
    id: job.pair_id,
    experiment: job.experiment,
    request_id: job.request_id,
    silent_model: job.silent_model,
    outcome: "dropped",
    reason,
    created_at: clock.now(),
    primary: job.primary,
    silent: null,
    request: null,
    comparison: null,
  };
  await savePair(pair, job);
}
