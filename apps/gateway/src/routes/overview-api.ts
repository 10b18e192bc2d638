import type { ExperimentHistory, ExperimentOverview, ModelGroup, WebhookTold } from "@understudy/contracts";
import type { Store } from "@understudy/store";
import { type Request, Router } from "express";
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
  readonly groups: readonly ModelGroup[];
  readonly webhookTold: WebhookTold;
}

/** GET /api/experiments?include=verdict, /api/groups, /api/webhook and /api/events: what a page is made of and kept fresh by. */
export function overviewApi({ store, runs, overviews, live, groups, webhookTold }: OverviewApiDeps): Router {
  const api = Router();
  api.get("/api/experiments", async (request, response, next) => {
    if (!includes(request, "verdict")) {
      next();
      return;
    }
    const [listed] = await Promise.all([store.experiments.list().catch(storeAway), overviews.ready()]);
    const shown = listed.filter((one) => !runs.isReverse(one));
    const data = shown.map((one): ExperimentOverview => ({ ...one, ...runs.of(one), ...overviews.of(one.id) }));
    response.json({ data, next_cursor: null });
  });
  api.get("/api/experiments/:id/history", async (request, response) => {
    const experiment = request.params["id"];
    const withKinds = includes(request, "kinds");
    const [account, criteria, kinds] = await Promise.all([
      store.experiments.account(experiment),
      store.histories.read(experiment),
      withKinds ? store.histories.kinds(experiment) : [],
    ]).catch(storeAway);
    if (account === null) {
      throw new ApiError("not_found", `There is no experiment ${experiment}. GET /api/experiments lists them.`);
    }
    response.json({ experiment, criteria, kinds } satisfies ExperimentHistory);
  });
  api.get("/api/groups", (_request, response) => void response.json({ data: groups, next_cursor: null }));
  api.get("/api/webhook", (_request, response) => void response.json(webhookTold));
  api.get("/api/events", eventsRoute(live));
  api.all(["/api/events", "/api/groups", "/api/webhook", "/api/experiments/:id/history"], onlyMethod("GET"));
  return api;
}

/** Whether it asks for what can be had besides. Throws `ApiError` where it asks for anything else. */
function includes({ query }: Request, what: string): boolean {
  const { include } = query;
  if (include === undefined || include === what) return include === what;
  throw new ApiError("invalid_request", `\`include\` can be ${what}, or be left out.`, { param: "include" });
}

function storeAway(error: unknown): never {
  throw new ApiError("store_unavailable", "The database of pairs cannot be read now. Try again shortly.", {
    cause: error,
  });
}
