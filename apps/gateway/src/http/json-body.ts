import type { Request, RequestHandler } from "express";
import type { z } from "zod";
import { ApiError } from "./api-error.ts";
import { type BodyBudget } from "./body-budget.ts";
import { bodyReader } from "./read-body.ts";

/** What is asked of the gateway's own API is short. */
const MOST_BYTES = 64 * 1024;

export function shortBody(budget: BodyBudget): RequestHandler {
  return bodyReader({ maxBytes: MOST_BYTES, budget });
}

/** What a body has to be: its schema, for each key how to write it, and a whole one as an example. */
export interface BodyRule<T> {
  readonly schema: z.ZodType<T>;
  readonly fixes: Readonly<Record<string, string>>;
  readonly example: string;
}

/** Throws `ApiError` with the key that is wrong as `param`, and how to write it. No body is an empty object. */
export function bodyOf<T>({ body }: Request, { schema, fixes, example }: BodyRule<T>): T {
  const read = schema.safeParse(parsed(body, example));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part === "string");
  if (issue?.code === "unrecognized_keys") {
    const param = [...path, issue.keys[0] ?? ""].join(".");
    const known = Object.keys(fixes).join(", ");
    throw new ApiError("invalid_request", `\`${param}\` is not a key here; there is ${known}. ${example}`, { param });
  }
  const param = path.join(".");
  const fix = fixes[param];
  if (param === "" || fix === undefined)
    throw new ApiError("invalid_request", `The body must be a JSON object. ${example}`);
  throw new ApiError("invalid_request", `\`${param}\`: ${fix} ${example}`, { param });
}

function parsed(body: unknown, example: string): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ApiError("invalid_json", `The body is not JSON. ${example}`);
  }
}
