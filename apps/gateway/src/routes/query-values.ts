import { z } from "zod";
import { ApiError } from "../http/api-error.ts";

/** The last moment that a date can be, in epoch milliseconds. */
const LAST_MOMENT = 8_640_000_000_000_000;
/** Beyond it a number that was written is not the one that is read. */
const MOST = Number.MAX_SAFE_INTEGER;

/** 1 to `most`, in digits and nothing else. */
export const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most);

/** A decimal number, as JSON writes one. */
export const amount = z
  .string()
  .regex(/^-?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?$/i)
  .transform(Number)
  .refine((value) => Math.abs(value) <= MOST);

/** Epoch milliseconds, or a date as ISO 8601 writes it; one without an offset is of the gateway's own time zone. */
export const moment = z
  .string()
  .regex(/^(?:\d{1,16}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?)$/i)
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine((value) => value <= LAST_MOMENT);

const USUAL_LIMIT = 50;

export interface Page {
  readonly limit: number;
  /** The `next_cursor` of an earlier answer. */
  readonly cursor: string | null;
}

/** Which part of a list is asked for. Throws `ApiError`. */
export function pageOf(query: Readonly<Record<string, unknown>>, mostAtOnce: number): Page {
  const limit = wholeNumber(mostAtOnce).default(USUAL_LIMIT).safeParse(query["limit"]);
  if (!limit.success) {
    const message = `\`limit\` must be a whole number from 1 to ${mostAtOnce}.`;
    throw new ApiError("invalid_request", message, { param: "limit" });
  }
  const cursor = z.string().min(1).nullable().default(null).safeParse(query["cursor"]);
  if (!cursor.success) {
    const message = "`cursor` must be the next_cursor of an earlier answer.";
    throw new ApiError("invalid_request", message, { param: "cursor" });
  }
  return { limit: limit.data, cursor: cursor.data };
}
