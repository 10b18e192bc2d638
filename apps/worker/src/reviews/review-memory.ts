import { CHOICES, ORDERS } from "@understudy/evaluation";
import { z } from "zod";

/** What has been answered already; another delivery asks for the rest alone. */
const memorySchema = z.object({
  /** Deliveries in which a call failed. */
  tries: z.number().int().min(0),
  similarity: z.object({ value: z.number().nullable(), cost_usd: z.number().nullable() }).nullable(),
  said: z.partialRecord(
    z.enum(ORDERS),
    z.object({ choice: z.enum(CHOICES).nullable(), judge: z.string().nullable(), cost_usd: z.number().nullable() }),
  ),
  /** By the rubric's number and the side, `0 primary`. Absent from what earlier versions remember. */
  grades: z
    .record(z.string(), z.object({ as: z.enum(["pass", "fail", "not_run"]), cost_usd: z.number().nullable() }))
    .optional(),
});

export type ReviewMemory = Readonly<z.infer<typeof memorySchema>>;
export type Said = NonNullable<ReviewMemory["said"]["primary_first"]>;

export type Grades = NonNullable<ReviewMemory["grades"]>;

/** A first delivery has no memory; one that cannot be read is treated as none. */
export function readReviewMemory(memory: unknown): ReviewMemory {
  const parsed = memorySchema.safeParse(memory);
  return parsed.success ? parsed.data : { tries: 0, similarity: null, said: {} };
}
