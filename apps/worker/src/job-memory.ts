import { type Attempt, PAIR_OUTCOMES } from "@understudy/contracts";
import { callRecordSchema } from "@understudy/mirror";
import type { Pair } from "@understudy/store";
import { z } from "zod";

/** What one delivery of a job leaves for the next. */
export interface JobMemory {
  /** Tries of the silent call that have failed. */
  readonly tries: number;
  readonly attempts: readonly Attempt[];
  /** Milliseconds the job had waited when it was first taken. */
  readonly queueWaitMs: number | null;
  /** A pair that is complete and only has to be stored. */
  readonly pair: Pair | null;
}

const jobMemorySchema = z.object({
  tries: z.number().int().min(0),
  attempts: z.array(z.looseObject({ deployment: z.string(), outcome: z.string() })),
  queueWaitMs: z.number().nullable(),
  pair: z
    .looseObject({
      id: z.string(),
      experiment: z.string(),
      request_id: z.string(),
      silent_model: z.string(),
      outcome: z.enum(PAIR_OUTCOMES),
      reason: z.string().nullable(),
      created_at: z.number(),
      primary: callRecordSchema,
      silent: callRecordSchema.nullable(),
      comparison: z.looseObject({ not_comparable: z.array(z.string()).optional() }).nullable(),
    })
    .nullable(),
});

const NOTHING: JobMemory = { tries: 0, attempts: [], queueWaitMs: null, pair: null };

/** A first delivery has no memory; one that cannot be read is treated as none. */
export function readMemory(memory: unknown): JobMemory {
  // Nearly every delivery; to have the schema say so would cost more than all else it checks.
  if (memory === null) return NOTHING;
  const parsed = jobMemorySchema.safeParse(memory);
  return parsed.success ? (parsed.data as unknown as JobMemory) : NOTHING;
}
