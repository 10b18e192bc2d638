import { CALLERS_BY } from "@understudy/contracts";
import { conversationOf, createPlan, PlanAskedFault, readPlanAsked, type Report } from "@understudy/evaluation";
import { InvalidCursorError, type Store } from "@understudy/store";
import { Router, type Request, type RequestHandler } from "express";
import { ApiError } from "../http/api-error.ts";
import type { ExperimentRuns } from "../control/experiment-runs.ts";
import { onlyMethod } from "../http/only-method.ts";
import { ReportFailure } from "../reports/report-maker.ts";
import type { Reports } from "../reports/reports.ts";
import { exportPairs } from "./export-pairs.ts";
import { parsePairQuery } from "./pair-query.ts";

const PATHS = [
  "/api/experiments/:id/report",
  "/api/experiments/:id/plan",
  "/api/experiments/:id/callers",
  "/api/pairs",
  "/api/pairs/:id",
];

export interface ReadApiDeps {
  readonly store: Store;
  readonly reports: Reports;
  readonly runs: ExperimentRuns;
}

/** GET /api/experiments[/:id[/report|/plan|/callers]] and /api/pairs[/:id]: what has been stored, and what it says, as JSON. */
export function readApi({ store, reports, runs }: ReadApiDeps): Router {
  const api = Router();
  api.get(
    "/api/experiments",
    reading(async () => {
      const listed = (await store.experiments.list()).filter((key) => !runs.isReverse(key));
      return { data: listed.map((summary) => ({ ...summary, ...runs.of(summary) })), next_cursor: null };
    }),
  );
  api.get(
    "/api/experiments/:id",
    reading(async (request) => {
      const id = String(request.params["id"]);
      const none = `There is no experiment ${id}. GET /api/experiments lists them.`;
      const detail = found(await store.experiments.read(id), none);
      return { ...detail, ...runs.of(detail) };
    }),
  );
  api.get(
    "/api/experiments/:id/report",
    reading(async (request) => {
      const id = String(request.params["id"]);
      const report = await reports.report(id);
      const made = found(report, `There is no experiment ${id}. GET /api/experiments lists them.`);
      return { ...made, worst: await excerpted(made.worst, store) };
    }),
  );
  api.get(
    "/api/experiments/:id/plan",
    reading(async (request) => {
      const id = String(request.params["id"]);
      const asked = planAsked(request.query);
      const report = await reports.report(id);
      return createPlan(found(report, `There is no experiment ${id}. GET /api/experiments lists them.`), asked);
    }),
  );
  api.get(
    "/api/experiments/:id/callers",
    reading(async (request) => {
      const id = String(request.params["id"]);
      const by = CALLERS_BY.find((one) => one === (request.query["by"] ?? "key"));
      if (by === undefined) {
        throw new ApiError("invalid_request", `\`by\` must be ${CALLERS_BY.join(" or ")}.`, { param: "by" });
      }
      return found(
        await store.experiments.callers(id, by),
        `There is no experiment ${id}. GET /api/experiments lists them.`,
      );
    }),
  );
  readPairs(api, store);
  api.all(PATHS, onlyMethod("GET"));
  api.all("/api/experiments", onlyMethod("GET, POST"));
  api.all("/api/experiments/:id", onlyMethod("GET, PATCH"));
  return api;
}

function readPairs(api: Router, store: Store): void {
  api.get("/api/pairs", exportPairs(store));
  api.get(
    "/api/pairs",
    reading(async (request) => store.pairs.list(parsePairQuery(request.query))),
  );
  api.get(
    "/api/pairs/:id",
    reading(async (request) => {
      const id = String(request.params["id"]);
      const pair = found(await store.pairs.read(id), `There is no pair ${id}. GET /api/pairs lists them.`);
      const [review, label, notes, [listed]] = await Promise.all([
        store.reviews.read(id),
        store.labels.read(id),
        store.notes.of(id),
        store.pairs.listed([id]),
      ]);
      const conversation = pair.request === null ? null : conversationOf(pair.primary.operation, pair.request);
      return { ...pair, said: listed?.said ?? null, conversation, review, label, notes };
    }),
  );
}

/** Answers with what `read` finds. A database that is away is the store's trouble, not the gateway's. */
function reading(read: (request: Request) => Promise<unknown>): RequestHandler {
  return async (request, response) => {
    response.json(await read(request).catch(rethrow));
  };
}

/** Texts are read when the report is handed out, and are in none that is kept. */
async function excerpted(worst: Report["worst"], { pairs }: Store): Promise<Report["worst"]> {
  const ids = new Set(Object.values(worst).flatMap((list) => list.map(({ id }) => id)));
  const listed = new Map((await pairs.listed([...ids])).map((pair) => [pair.id, pair]));
  const lists = Object.entries(worst).map(([measure, list]) => [
    measure,
    list.map((one) => {
      const { said, excerpt } = listed.get(one.id) ?? {};
      return { ...one, ...(said === undefined ? {} : { said }), excerpt: excerpt ?? null };
    }),
  ]);
  return Object.fromEntries(lists) as Report["worst"];
}

function planAsked(query: Readonly<Record<string, unknown>>) {
  try {
    return readPlanAsked(query);
  } catch (error) {
    if (!(error instanceof PlanAskedFault)) throw error;
    throw new ApiError("invalid_request", `\`${error.param}\` ${error.rule}.`, { param: error.param, cause: error });
  }
}

function rethrow(error: unknown): never {
  if (error instanceof ApiError) throw error;
  if (error instanceof InvalidCursorError) {
    throw new ApiError("invalid_request", `\`cursor\`: ${error.message}`, { param: "cursor", cause: error });
  }
  if (error instanceof ReportFailure) {
    const message = "The report could not be made; the gateway's log says why. Another is made when it is asked for.";
    throw new ApiError("report_failed", message, { cause: error });
  }
  throw new ApiError("store_unavailable", "The database of pairs cannot be read now. Try again shortly.", {
    cause: error,
  });
}

function found<T>(value: T | null, message: string): T {
  if (value === null) throw new ApiError("not_found", message);
  return value;
}
