import { type Api, APIS } from "@understudy/apis";
import type { GatewaySettings } from "@understudy/config";
import type { Control } from "@understudy/control";
import { type HealthPart, healthRoutes, metricsRoute } from "@understudy/launch";
import type { CallRouter } from "@understudy/router";
import type { Background, Clock, Logger } from "@understudy/runtime";
import type { Metrics, SinkState, TracePrimary } from "@understudy/telemetry";
import compression from "compression";
import express, { type Express, type Request, type RequestHandler } from "express";
import { getHeapStatistics } from "node:v8";
import { ApiError } from "./http/api-error.ts";
import { authenticate, mayControl } from "./http/authenticate.ts";
import { browserGuard } from "./http/browser-guard.ts";
import { createBodyBudget } from "./http/body-budget.ts";
import { countRequests } from "./http/count-requests.ts";
import type { Drain } from "./http/drain.ts";
import { errorHandler } from "./http/error-response.ts";
import { createKeyring } from "./http/keyring.ts";
import { findApi } from "./http/find-api.ts";
import { inOneStep } from "./http/in-one-step.ts";
import { shortBody } from "./http/json-body.ts";
import { onlyMethod } from "./http/only-method.ts";
import { bodyReader } from "./http/read-body.ts";
import { assignRequestId } from "./http/request-id.ts";
import type { FinishedRequest } from "./after/finished-request.ts";
import { besideRoutes } from "./routes/beside-routes.ts";
import { modelRoute, modelsRoute } from "./routes/models.ts";
import { primaryCallRoute } from "./routes/primary-call.ts";
import type { Pings } from "./routes/pings.ts";
import type { Reports } from "./reports/reports.ts";
import { deletionApi } from "./routes/deletion-api.ts";
import type { Controls } from "./control/controls.ts";
import { experimentApi } from "./routes/experiment-api.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { rolloutApi } from "./routes/rollout-api.ts";
import { labelApi } from "./routes/label-api.ts";
import { queueApi } from "./routes/queue-api.ts";
import { readApi } from "./routes/read-api.ts";
import { overviewApi, type OverviewApiDeps } from "./routes/overview-api.ts";
import { pageRoutes } from "./ui/page-routes.ts";
import { createSessionAuthentication } from "./ui/session-routes.ts";

export interface AppDeps extends Controls, OverviewApiDeps {
  readonly router: CallRouter;
  readonly control: Control;
  readonly reports: Reports;
  readonly metrics: Metrics;
  readonly background: Background;
  readonly pings: Pings;
  readonly drain: Drain;
  readonly afterAnswer: (finished: FinishedRequest) => void;
  readonly settings: GatewaySettings;
  /** Where it listens. */
  readonly host: string;
  readonly modelToTry: string | null;
  readonly healthParts: readonly HealthPart[];
  /** Null when there are none. */
  readonly sinks: () => readonly SinkState[] | null;
  readonly tracePrimary: TracePrimary | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MODELS_PATH = "/v1/models";
const MODEL_PATH = "/v1/models/*id";

/** The gateway's HTTP face, in the order a request passes it. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  const { router, settings } = deps;
  const keyring = createKeyring(settings);
  const authenticated = authenticate(keyring, "models");
  const budget = createBodyBudget(bytesForBodies(settings));
  const setting = "general_settings.max_request_size_mb";
  const rawBody = bodyReader({ maxBytes: settings.maxRequestBytes, budget, setting });
  app.disable("x-powered-by");
  app.disable("etag");
  const guard = browserGuard({ ...settings, host: deps.host });
  app.use(
    inOneStep([deps.drain.middleware, findApi(), countRequests(deps.metrics), assignRequestId(deps.clock), guard]),
  );

  for (const api of Object.values(APIS)) app.post(pathOf(api), authenticated, rawBody, primaryCallRoute(api, deps));
  app.use(besideRoutes({ router, authenticated, rawBody }));
  // Claude Code looks whether somebody is there.
  app.head(["/", "/api/hello"], (_request, response) => void response.status(200).end());
  const startedAt = deps.clock.now();
  app.get(MODELS_PATH, authenticated, modelsRoute(router, startedAt));
  app.get(MODEL_PATH, authenticated, modelRoute(router, startedAt));

  // Primaries are answered without a queue and without a database: being degraded must not take the gateway away.
  const { healthParts: parts, clock, logger, sinks } = deps;
  const mayReadWhy = (request: Request): boolean => mayControl(request, keyring);
  app.use(healthRoutes({ parts, statusWhenDegraded: 200, clock, logger, mayReadWhy, sinks }));
  app.get("/metrics", metricsRoute(deps.metrics));
  const sessions = createSessionAuthentication(settings.masterKey, { keyring, ...deps, budget });
  app.use("/api", compression());
  app.use("/api", sessions.signedIn(authenticate(keyring, "control")));
  const body = shortBody(budget);
  app.use(experimentApi(deps.experimentControl, body));
  app.use(rolloutApi(deps.rolloutControl, body));
  app.use(overviewApi(deps));
  app.use(readApi(deps));
  app.use(queueApi(deps.queueControl));
  app.use(deletionApi(deps.deleter, body));
  app.use(labelApi(deps.labelControl, body));
  app.get("/api/openapi.json", openApiRoute());
  app.use(sessions.routes);
  app.use(pageRoutes());

  app.all(Object.values(APIS).map(pathOf), onlyMethod("POST"));
  app.all([MODELS_PATH, MODEL_PATH], onlyMethod("GET"));
  app.use(notFound);
  app.use(errorHandler(deps.logger, deps.clock));
  return app;
}

/** Its usual path, under which requests come that were sent to any of them. */
function pathOf({ paths }: Api): string {
  return `/v1${paths[0] ?? ""}`;
}

/**
 * A body is there as bytes, as text and parsed, about five times its size: by default they have a sixteenth of the heap, and
 * always room for the largest one.
 */
function bytesForBodies({ maxBodiesBytes, maxRequestBytes }: GatewaySettings): number {
  const usual = Math.min(MOST_FOR_BODIES, getHeapStatistics().heap_size_limit / 16);
  return Math.max(maxBodiesBytes ?? usual, maxRequestBytes);
}

const MOST_FOR_BODIES = 256 * 1024 ** 2;

const notFound: RequestHandler = (request) => {
  const served = Object.values(APIS)
    .map(({ paths }) => `POST /v1${paths[0] ?? ""}`)
    .join(", ");
  const known = "GET /v1/models, GET /api/experiments, GET /api/rollouts, GET /api/pairs, GET /api/queues, GET /ui/";
  throw new ApiError("not_found", `There is no ${request.method} ${request.path} here. There is: ${served}, ${known}.`);
};
