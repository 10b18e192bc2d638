import { InvalidCursorError, PAIR_OUTCOMES, type PairQuery, type PairStore } from "@understudy/store";
import { Router, type Request, type RequestHandler } from "express";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { onlyMethod } from "../http/only-method.ts";

const MAX_LIMIT = 200;

const pairQuerySchema = z.object({
  experiment: z.string().min(1).optional(),
  outcome: z.enum(PAIR_OUTCOMES).optional(),
  request_id: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
  cursor: z.string().min(1).optional(),
});

/** What each parameter must be, for whoever wrote it otherwise. */
const RULES: Readonly<Record<string, string>> = {
  experiment: "must be an experiment's id",
  outcome: `must be one of ${PAIR_OUTCOMES.join(", ")}`,
  request_id: "must be a request id",
  limit: `must be a whole number from 1 to ${MAX_LIMIT}`,
  cursor: "must be the next_cursor of an earlier answer",
};

/** GET /api/experiments[/:id] and /api/pairs[/:id]: what has been stored, as JSON. */
export function readApi(store: PairStore): Router {
  const api = Router();
  api.get(
    "/api/experiments",
    reading(async () => ({ data: await store.listExperiments(), next_cursor: null })),
  );
  api.get(
    "/api/experiments/:id",
    reading(async (request) => {
      const id = String(request.params["id"]);
      return found(await store.experiment(id), `There is no experiment ${id}. GET /api/experiments lists them.`);
    }),
  );
  api.get(
    "/api/pairs",
    reading(async (request) => store.listPairs(parsePairQuery(request.query))),
  );
  api.get(
    "/api/pairs/:id",
    reading(async (request) => {
      const id = String(request.params["id"]);
      return found(await store.pair(id), `There is no pair ${id}. GET /api/pairs lists them.`);
    }),
  );
  api.all(["/api/experiments", "/api/experiments/:id", "/api/pairs", "/api/pairs/:id"], onlyMethod("GET"));
  return api;
}

/** Answers with what `read` finds. A database that is away is the store's trouble, not the gateway's. */
function reading(read: (request: Request) => Promise<unknown>): RequestHandler {
  return async (request, response) => {
    response.json(await read(request).catch(rethrow));
  };
}

function rethrow(error: unknown): never {
  if (error instanceof ApiError) throw error;
  if (error instanceof InvalidCursorError) {
    throw new ApiError("invalid_request", `\`cursor\`: ${error.message}`, { param: "cursor", cause: error });
  }
  throw new ApiError("store_unavailable", "The database of pairs cannot be read now. Try again shortly.", {
    cause: error,
  });
}

function found<T>(value: T | null, message: string): T {
  if (value === null) throw new ApiError("not_found", message);
  return value;
}

function parsePairQuery(query: unknown): PairQuery {
  const parsed = pairQuerySchema.safeParse(query);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = String(issue?.path[0] ?? "query");
    throw new ApiError("invalid_request", `\`${param}\` ${RULES[param] ?? "is not understood"}.`, { param });
  }
  const { request_id: requestId, limit, ...rest } = parsed.data;
  const given = Object.entries({ ...rest, requestId }).filter(([, value]) => value !== undefined);
  return { limit, ...Object.fromEntries(given) };
}
