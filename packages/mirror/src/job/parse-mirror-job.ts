import { z } from "zod";
import { callRecordSchema } from "./call-record-schema.ts";
import type { MirrorJob } from "./mirror-job.ts";
import { someText } from "./some-text.ts";

/** What the worker relies on when it takes a job. */
const mirrorJobSchema = z.object({
  version: z.literal(1),
  pair_id: someText,
  request_id: someText,
  experiment: someText,
  primary_group: someText,
  asked_group: someText.optional(),
  rollout: someText.optional(),
  silent_model: someText,
  request: z.string(),
  primary: callRecordSchema.extend({ role: z.literal("primary") }),
  admitted_at: z.number(),
  expires_at: z.number(),
  payloads: z.enum(["full", "metrics_only"]),
  retention_ms: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
});

/** Throws when the data is no mirror job of this version. */
export function parseMirrorJob(data: unknown): MirrorJob {
  mirrorJobSchema.parse(data);
  return data as MirrorJob;
}
