import { API_NAMES, ERROR_KINDS } from "@understudy/contracts";
import { z } from "zod";

/*
 * Call records as they may come off a queue that others can write to. What is named here is relied on by whoever stores,
 * compares or logs a pair; all else is carried as it is.
 */

const text = z.string().nullable();
const amount = z.number().nullable();

const usage = z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }).nullable();
const vectors = z.looseObject({
  count: z.number(),
  dimensions: amount,
  taken: z.number(),
  similarities: text,
});
const answer = z
  .looseObject({
    text,
    refusal: text,
    tool_calls: z.array(z.looseObject({ name: z.string(), arguments: z.string() })),
    finish_reason: text,
    vectors: vectors.optional(),
  })
  .nullable();
const error = z
  .looseObject({
    kind: z.enum(ERROR_KINDS),
    status: z.number(),
    message: z.string(),
    type: text,
    code: text,
    param: text,
  })
  .nullable();
const attempts = z.array(
  z.looseObject({ deployment: z.string(), outcome: z.string(), http_status: amount, message: text }),
);
const changes = z.array(z.looseObject({ param: z.string(), action: z.string() }));

const caller = z.looseObject({ key_alias: text, team: text }).optional();

const status = z.enum(["ok", "error", "partial"]);

/** A whole record. Records of earlier versions lack what came later. */
export const callRecordSchema = z.looseObject({
  id: z.string(),
  request_id: z.string(),
  client_request_id: text,
  caller,
  role: z.string(),
  operation: z.enum(API_NAMES),
  status,
  model_group: z.string(),
  timing: z.looseObject({
    started_at: z.number(),
    total_ms: z.number(),
    model_ms: amount,
    first_token_ms: amount,
    queue_wait_ms: amount,
  }),
  usage,
  cost_usd: amount,
  list_cost_usd: amount.optional(),
  answer,
  error,
  attempts,
  changes,
});

/** The least that the outcome of a lost job is written from; what cannot be read of the rest counts as not there. */
export const callRemainsSchema = z.looseObject({
  client_request_id: text,
  caller: caller.catch(undefined),
  operation: z.enum(API_NAMES).catch("chat"),
  status,
  timing: z.looseObject({}),
  usage: usage.catch(null),
  cost_usd: amount.catch(null),
  list_cost_usd: amount.catch(null),
  answer: answer.catch(null),
  error: error.catch(null),
  attempts: attempts.catch([]),
  changes: changes.catch([]),
});
