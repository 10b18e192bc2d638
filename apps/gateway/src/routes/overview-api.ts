import type { ExperimentHistory, ExperimentOverview } from "@understudy/contracts";
import type { Store } from "@understudy/store";
import { Router } from "express";
import type { ExperimentRuns } from "../control/experiment-runs.ts";
import { eventsRoute } from "../live/events-route.ts";
import type { Live } from "../live/live.ts";
import { onlyMethod } from "../http/only-method.ts";
import type { Overviews } from "../reports/overviews.ts";
import { ApiError } from "../http/api-error.ts";

export interface OverviewApiDeps {
  readonly store: Store;
  readonly runs: ExperimentRuns;
  readonly overviews: Overviews;
  readonly live: Live;
}

/** GET /api/experiments?include=verdict and GET /api/events: what a page is made of and kept fresh by. */
export function overviewApi({ store, runs, overviews, live }: OverviewApiDeps): Router {
  const api = Router();
  api.get("/api/experiments", async (request, response, next) => {
    const { include } = request.query;
    if (include === undefined) {
      next();
      return;
    }
    if (include !== "verdict") {
      throw new ApiError("invalid_request", "`include` can be verdict, or be left out.", { param: "include" });
    }
    const [listed] = await Promise.all([store.experiments.list().catch(storeAway), overviews.ready()]);
    const shown = listed.filter((one) => !runs.isReverse(one));
    const data = shown.map((one): ExperimentOverview => ({ ...one, ...runs.of(one), ...overviews.of(one.id) }));
    response.json({ data, next_cursor: null });
  });
  api.get("/api/experiments/:id/history", async (request, response) => {
    const experiment = request.params["id"];
    const [account, criteria] = await Promise.all([
      store.experiments.account(experiment),
      store.histories.read(experiment),
    ]).catch(storeAway);
    if (account === null) {
      throw new ApiError("not_found", `There is no experiment ${experiment}. GET /api/experiments lists them.`);
    }
    response.json({ experiment, criteria } satisfies ExperimentHistory);
  });
  api.get("/api/events", eventsRoute(live));
  api.all(["/api/events", "/api/experiments/:id/history"], onlyMethod("GET"));
  return api;
}

function storeAway(error: unknown): never {
  throw new ApiError("store_unavailable", "The database of pairs cannot be read now. Try again shortly.", {
    cause: error,
  });
}
