import type { LossReason, MirrorJob } from "@understudy/mirror";
import type { Clock, Logger } from "@understudy/runtime";
import type { Pair } from "@understudy/store";
import { z } from "zod";
import { readMemory } from "./job-memory.ts";

export interface LostJob {
  readonly data: unknown;
  readonly reason: LossReason;
  /** What an earlier delivery left with it. */
  readonly memory: unknown;
}

export interface LostJobDeps {
  readonly settle: (pair: Pair, job: MirrorJob) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The least that a row is written from: whose job it is, and those parts of the primary's record that are columns. */
const remainsSchema = z.looseObject({
  pair_id: z.string().min(1),
  request_id: z.string().min(1),
  experiment: z.string().min(1),
  primary_group: z.string().min(1),
  silent_model: z.string().min(1),
  primary: z.looseObject({
    client_request_id: z.string().nullable(),
    status: z.enum(["ok", "error", "partial"]),
    timing: z.looseObject({}),
    answer: z.looseObject({}).nullable(),
  }),
  payloads: z.enum(["full", "metrics_only"]).catch("metrics_only"),
  retention_ms: z.number().nonnegative().catch(0),
});

/**
 * Gives a job that will never be handled its outcome: the pair that waited with it to be stored, or else dropped, with
 * the reason. A job so broken that it does not even say whose it is can only be logged. Rejects when the store cannot be
 * written.
 */
export async function recordLostJob(
  { data, reason, memory }: LostJob,
  { settle, clock, logger }: LostJobDeps,
): Promise<void> {
  const remains = remainsSchema.safeParse(data);
  if (!remains.success) {
    logger.error("a job on the queue is none of ours, or is damaged beyond reading", { reason });
    return;
  }
  const job = remains.data as unknown as MirrorJob;
  const complete = readMemory(memory).pair;
  if (complete !== null) return settle(complete, job);
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
  await settle(pair, job);
}
