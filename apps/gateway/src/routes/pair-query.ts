import { PAIR_OUTCOMES } from "@understudy/contracts";
import { PAIR_SORTS, type PairQuery } from "@understudy/store";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { amount, moment, wholeNumber } from "./query-values.ts";

const MAX_LIMIT = 200;

const yesOrNo = z.enum(["true", "false"]).transform((word) => word === "true");
const yes = z.literal("true").transform(() => true as const);

/** Each parameter: the field of the query that it is, how it is read, and what it must be for whoever wrote it otherwise. */
const PARAMETERS = {
  experiment: { field: "experiment", reads: z.string().min(1), rule: "must be an experiment's id" },
  outcome: {
    field: "outcome",
    reads: z.enum(PAIR_OUTCOMES),
    rule: `must be one of ${PAIR_OUTCOMES.join(", ")}`,
  },
  request_id: { field: "requestId", reads: z.string().min(1), rule: "must be a request id" },
  agrees: { field: "agrees", reads: yesOrNo, rule: "must be true or false" },
  comparable: { field: "comparable", reads: yesOrNo, rule: "must be true or false" },
  silent_status: {
    field: "silentStatus",
    reads: z.enum(["ok", "error", "partial"]),
    rule: "must be one of ok, error, partial",
  },
  slower_than_ms: { field: "slowerThanMs", reads: amount, rule: "must be a number of milliseconds" },
  dearer_than_usd: { field: "dearerThanUsd", reads: amount, rule: "must be a number of US dollars" },
  tools_differ: { field: "toolsDiffer", reads: yes, rule: "must be true, or left out" },
  refused: { field: "refused", reads: yes, rule: "must be true, or left out" },
  text: { field: "text", reads: z.string().min(1).max(200), rule: "must be 1 to 200 characters" },
  since: { field: "since", reads: moment, rule: "must be a date such as 2026-01-31T12:00:00Z, or epoch milliseconds" },
  until: { field: "until", reads: moment, rule: "must be a date such as 2026-01-31T12:00:00Z, or epoch milliseconds" },
  kind: { field: "kind", reads: z.string().min(1).max(200), rule: "must be a kind of answer or of request" },
  alike: { field: "alike", reads: z.string().min(1).max(200), rule: "must be a pair's id" },
  per: { field: "per", reads: z.enum(["prompt"]), rule: "must be prompt, or left out" },
  sort: { field: "sort", reads: z.enum(PAIR_SORTS), rule: `must be one of ${PAIR_SORTS.join(", ")}` },
  limit: {
    field: "limit",
    reads: wholeNumber(MAX_LIMIT),
    rule: `must be a whole number from 1 to ${MAX_LIMIT}`,
  },
  cursor: { field: "cursor", reads: z.string().min(1), rule: "must be the next_cursor of an earlier answer" },
} as const satisfies Record<string, { field: keyof PairQuery; reads: z.ZodType; rule: string }>;

/** The query that the parameters of `GET /api/pairs` ask for. Throws `ApiError` for one that cannot be read. */
export function parsePairQuery(query: Readonly<Record<string, unknown>>): PairQuery {
  const read: Record<string, unknown> = { limit: 50 };
  for (const [param, { field, reads, rule }] of Object.entries(PARAMETERS)) {
    if (query[param] === undefined) continue;
    const parsed = reads.safeParse(query[param]);
    if (!parsed.success) throw new ApiError("invalid_request", `\`${param}\` ${rule}.`, { param });
    read[field] = parsed.data;
  }
  const { per, sort = "newest" } = read;
  if (per !== undefined && sort === "newest") {
    const message =
      "`per`: send `sort` with it, one of worst, slowest, dearest; the newest pairs are listed as they came.";
    throw new ApiError("invalid_request", message, { param: "per" });
  }
  return read as unknown as PairQuery;
}
