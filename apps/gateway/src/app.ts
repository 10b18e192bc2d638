import { type HealthPart, healthRoutes, metricsRoute } from "@understudy/launch";
import type { CallRouter } from "@understudy/router";
import type { Background, Clock, Logger } from "@understudy/runtime";
import type { PairStore } from "@understudy/store";
import type { Metrics, SinkState, TracePrimary } from "@understudy/telemetry";
import express, { type Express, type RequestHandler } from "express";
import { ApiError } from "./http/api-error.ts";
import { authenticate } from "./http/authenticate.ts";
import { countRequests } from "./http/count-requests.ts";
import type { Drain } from "./http/drain.ts";
import { errorHandler } from "./http/error-response.ts";
import { onlyMethod } from "./http/only-method.ts";
import { assignRequestId } from "./http/request-id.ts";
import type { FinishedRequest } from "./after/finished-request.ts";
import { modelRoute, modelsRoute } from "./routes/models.ts";
import { primaryCallRoute } from "./routes/primary-call.ts";
import type { Reports } from "./reports/reports.ts";
import type { QueuesDesk } from "./queues-desk.ts";
import { queueApi } from "./routes/queue-api.ts";
import { readApi } from "./routes/read-api.ts";
import { pageRoutes } from "./ui/page-routes.ts";
import { createSessionDoor } from "./ui/session-routes.ts";

export interface AppDeps {
  readonly router: CallRouter;
  readonly store: PairStore;
  readonly reports: Reports;
  readonly queuesDesk: QueuesDesk;
  readonly metrics: Metrics;
  readonly background: Background;
  readonly drain: Drain;
  readonly afterAnswer: (finished: FinishedRequest) => void;
  readonly masterKey: string | null;
  readonly maxRequestBytes: number;
  readonly healthParts: readonly HealthPart[];
  /** Null when there are none. */
  readonly sinks: () => readonly SinkState[] | null;
  readonly tracePrimary: TracePrimary | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const CHAT_PATHS = ["/v1/chat/completions", "/chat/completions"];
const EMBEDDINGS_PATHS = ["/v1/embeddings", "/embeddings"];
const MODELS_PATHS = ["/v1/models", "/models"];
const MODEL_PATHS = ["/v1/models/*id", "/models/*id"];

/** The gateway's HTTP face, in the order a request passes it. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  const authenticated = authenticate(deps.masterKey);
  const rawBody = express.raw({ type: () => true, limit: deps.maxRequestBytes });
  const { router } = deps;
  app.disable("x-powered-by");
  app.disable("etag");

  app.use(deps.drain.middleware);
  app.use(countRequests(deps.metrics));
  app.use(assignRequestId(deps.clock));
  app.post(CHAT_PATHS, authenticated, rawBody, primaryCallRoute("chat", deps));
  app.post(EMBEDDINGS_PATHS, authenticated, rawBody, primaryCallRoute("embeddings", deps));
  const startedAt = deps.clock.now();
  app.get(MODELS_PATHS, authenticated, modelsRoute(router, startedAt));
  app.get(MODEL_PATHS, authenticated, modelRoute(router, startedAt));
  // Primaries are answered without a queue and without a database: being degraded must not take the gateway away.
  const { healthParts: parts, clock, sinks } = deps;
  app.use(healthRoutes({ parts, statusWhenDegraded: 200, clock, sinks }));
  app.get("/metrics", metricsRoute(deps.metrics));
  const door = createSessionDoor(deps.masterKey, deps.clock);
  app.use("/api", door.signedIn(authenticated));
  app.use(readApi(deps.store, deps.reports));
  app.use(queueApi(deps.queuesDesk));
  app.use(door.routes);
  app.use(pageRoutes());
  app.all([...CHAT_PATHS, ...EMBEDDINGS_PATHS], onlyMethod("POST"));
  app.all([...MODELS_PATHS, ...MODEL_PATHS], onlyMethod("GET"));
  app.use(notFound);
  app.use(errorHandler(deps.logger));
  return app;
}

const notFound: RequestHandler = (request) => {
  const known =
    "POST /v1/chat/completions, POST /v1/embeddings, GET /v1/models, GET /api/experiments, GET /api/pairs, GET /api/queues, GET /ui/";
  throw new ApiError("not_found", `There is no ${request.method} ${request.path} here. There is: ${known}.`);
};
