import { type Clock, errorFields, type Logger, VERSION } from "@understudy/runtime";
import type { Metrics, SinkState } from "@understudy/telemetry";
import { type Request, type RequestHandler, Router } from "express";

/** One thing the process leans on. `check` rejects when it cannot be used now. */
export interface HealthPart {
  readonly name: string;
  readonly check: () => Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;

export interface HealthOptions {
  readonly parts: readonly HealthPart[];
  /** Status when a part cannot be used: 503 takes the process out of its load balancer. */
  readonly statusWhenDegraded: 200 | 503;
  readonly clock: Clock;
  /** Told why a part is not ready, when it begins. */
  readonly logger: Logger;
  /** Whether the one who asks may read it too; by default nobody may. */
  readonly mayReadWhy?: (request: Request) => boolean;
  /** Told of in readiness, and no reason to be degraded: a process serves as well without its logs. */
  readonly sinks?: (() => readonly SinkState[] | null) | undefined;
}

/**
 * GET /health/liveliness and /health/readiness, open to all: readiness says which part is not ready. What a library says
 * of it may name places and users that are nobody's business.
 */
export function healthRoutes(options: HealthOptions): Router {
  const { parts, statusWhenDegraded, clock, sinks, mayReadWhy = () => false } = options;
  const health = Router();
  const tell = createTelling(options.logger);
  health.get(["/health/liveliness", "/health/liveness"], (_request, response) => {
    response.json({ status: "alive", version: VERSION });
  });
  health.get("/health/readiness", async (request, response) => {
    const states = await Promise.all(parts.map((part) => stateOf(part, clock)));
    for (const state of states) tell(state);
    const ready = states.every(({ error }) => error === null);
    const withWhy = mayReadWhy(request);
    const sinkStates = sinks?.() ?? null;
    response.status(ready ? 200 : statusWhenDegraded);
    response.json({
      status: ready ? "ready" : "degraded",
      version: VERSION,
      parts: Object.fromEntries(states.map((state) => partDetail(state, withWhy))),
      ...(sinkStates === null ? {} : { sinks: Object.fromEntries(sinkStates.map(sinkDetail)) }),
    });
  });
  return health;
}

function partDetail({ name, error }: PartState, withWhy: boolean): readonly [string, object] {
  return [name, error !== null && withWhy ? { ready: false, error: reasonOf(error) } : { ready: error === null }];
}

/** One line when a part is found not ready, and one when it is ready again, however often somebody looks. */
function createTelling(logger: Logger): (state: PartState) => void {
  const away = new Set<string>();
  return ({ name, error }) => {
    if (error !== null && !away.has(name)) logger.warn("a part is not ready", { part: name, ...errorFields(error) });
    if (error === null && away.has(name)) logger.info("a part is ready again", { part: name });
    if (error === null) away.delete(name);
    else away.add(name);
  };
}

/** Without the error, which is in the log. */
function sinkDetail({ name, state, held, written, dropped }: SinkState): readonly [string, object] {
  return [name, { state, held, written, dropped }];
}

/** GET /metrics in Prometheus' text format. */
export function metricsRoute(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.text();
    response.setHeader("content-type", metrics.contentType);
    response.end(text);
  };
}

interface PartState {
  readonly name: string;
  /** Null when it is ready. */
  readonly error: unknown;
}

async function stateOf(part: HealthPart, clock: Clock): Promise<PartState> {
  const answered = new AbortController();
  const late = clock.sleep(CHECK_TIMEOUT_MS, answered.signal).then(() => {
    throw new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`);
  });
  try {
    await Promise.race([part.check(), late]);
    return { name: part.name, error: null };
  } catch (error) {
    return { name: part.name, error: error ?? new Error("no reason was given") };
  } finally {
    answered.abort();
    late.catch(() => undefined);
  }
}

/** A failed connection to several addresses has no message of its own, only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  return error.message || (typeof code === "string" ? code : error.name);
}
