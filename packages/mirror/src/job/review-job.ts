import { z } from "zod";
import { someText } from "./some-text.ts";

/**
 * A pair to be judged or embedded, once it is stored. It carries what is asked about, bounded, since a pair may be kept
 * without its texts.
 */
export interface ReviewJob {
  readonly version: 1;
  readonly pair_id: string;
  readonly request_id: string;
  readonly experiment: string;
  readonly judge: {
    readonly model: string;
    readonly daily_budget_usd: number;
    /** Absent for none. */
    readonly rubric?: string | undefined;
  } | null;
  /** Why there is no `judge`, where there might be one. */
  readonly not_judged: "not_sampled" | "identical" | null;
  readonly embedding_model: string | null;
  /** What the judge grades each answer by, beside its comparison; absent for nothing. */
  readonly rubrics?: JobRubrics | undefined;
  readonly conversation: string;
  readonly primary: string;
  readonly silent: string;
  /** Epoch milliseconds, like the next. */
  readonly admitted_at: number;
  readonly expires_at: number;
  /** What sinks are told beside the review; absent where none is to be told. */
  readonly logging?: ReviewLogging | undefined;
}

export interface JobRubrics {
  /** Id of all of them together. */
  readonly set: string;
  readonly each: readonly {
    readonly name: string;
    readonly text: string;
    readonly not: boolean;
    readonly threshold: number | null;
  }[];
}

export interface ReviewLogging {
  /** The silent call that is judged. */
  readonly call_id: string;
  /** W3C trace context of the primary's span, where there is one. */
  readonly traceparent?: string | undefined;
  /** What the client named its trace, by the keys of its metadata. */
  readonly trace: { readonly trace_id?: string | undefined; readonly existing_trace_id?: string | undefined };
}

const reviewJobSchema = z.object({
  version: z.literal(1),
  pair_id: someText,
  request_id: someText,
  experiment: someText,
  judge: z.object({ model: z.string(), daily_budget_usd: z.number(), rubric: z.string().optional() }).nullable(),
  not_judged: z.enum(["not_sampled", "identical"]).nullable(),
  embedding_model: z.string().nullable(),
  rubrics: z
    .object({
      set: z.string(),
      each: z.array(
        z.object({ name: z.string(), text: z.string(), not: z.boolean(), threshold: z.number().nullable() }),
      ),
    })
    .optional(),
  conversation: z.string(),
  primary: z.string(),
  silent: z.string(),
  admitted_at: z.number(),
  expires_at: z.number(),
  logging: z
    .object({
      call_id: z.string(),
      traceparent: z.string().optional(),
      trace: z.object({ trace_id: z.string().optional(), existing_trace_id: z.string().optional() }),
    })
    .optional(),
});

/** Throws when the data is no such job. */
export function readReviewJob(data: unknown): ReviewJob {
  return reviewJobSchema.parse(data);
}

/** The job of the data; null when it is none. */
export function parseReviewJob(data: unknown): ReviewJob | null {
  return reviewJobSchema.safeParse(data).data ?? null;
}

/** No silent model's queue is called so: those begin with `mirror-`. */
export const REVIEW_QUEUE = "reviews";
