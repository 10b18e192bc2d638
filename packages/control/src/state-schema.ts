import { type ControlState, EXPERIMENT_STATES, ROLLOUT_STATES, STICKY_BY } from "@understudy/contracts";
import { z } from "zod";
import type { Rollback } from "./rolled-back.ts";

const maybe = z.number().nullable();

const experiment = z.object({
  id: z.string(),
  primary: z.string(),
  silent: z.string(),
  state: z.enum(EXPERIMENT_STATES),
  settings: z.object({ sample_rate: maybe, ends_at: maybe, max_usd_per_day: maybe, concurrency: maybe }),
  named_by: z.enum(["config", "api"]),
  tell_when_decided: z.boolean().exactOptional(),
});

const rollout = z.object({
  id: z.string(),
  experiment: z.string(),
  primary: z.string(),
  silent: z.string(),
  state: z.enum(ROLLOUT_STATES),
  stages: z.array(z.number()),
  stage: z.number(),
  sticky: z.enum(STICKY_BY),
  hold: z.object({ pairs: z.number(), hours: z.number() }),
  automatic: z.boolean(),
  fallback: z.boolean(),
  watch_ms: z.number(),
  forced: z.boolean(),
  baseline: z.object({ error_rate: maybe, first_token_p95_ms: maybe }),
  started_at: z.number(),
  stage_at: z.number(),
  ended_at: maybe,
  reason: z.string().nullable(),
});

/** A state as an earlier run of this process, or of another version, may have written it. */
export const STATE: z.ZodType<ControlState> = z.object({
  version: z.number(),
  experiments: z.array(experiment),
  rollouts: z.array(rollout),
});

export const ROLLBACK: z.ZodType<Rollback> = z.object({
  rollout: z.string(),
  at: z.number(),
  who: z.string(),
  reason: z.string().nullable(),
});
