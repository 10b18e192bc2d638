import type { Clock } from "@understudy/runtime";
import type { Metrics, SinkState } from "@understudy/telemetry";
import { type RequestHandler, Router } from "express";

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
  /** Told of in readiness, and no reason to be degraded: a process serves as well without its logs. */
  readonly sinks?: (() => readonly SinkState[] | null) | undefined;
}

/** GET /health/liveliness and /health/readiness, open to all: readiness says which part is not ready, and why. */
export function healthRoutes({ parts, statusWhenDegraded, clock, sinks }: HealthOptions): Router {
  const health = Router();
  health.get(["/health/liveliness", "/health/liveness"], (_request, response) => {
    response.json({ status: "alive" });
  });
  health.get("/health/readiness", async (_request, response) => {
    const entries = await Promise.all(parts.map(async (part) => [part.name, await state(part, clock)] as const));
    const ready = entries.every(([, part]) => part.ready);
    const states = sinks?.() ?? null;
    response.status(ready ? 200 : statusWhenDegraded);
    response.json({
      status: ready ? "ready" : "degraded",
      parts: Object.fromEntries(entries),
      ...(states === null ? {} : { sinks: Object.fromEntries(states.map(sinkDetail)) }),
    });
  });
  return health;
}

/** Without the error: what a library says may name places that are nobody's business. It is in the log. */
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

async function state(part: HealthPart, clock: Clock): Promise<{ readonly ready: boolean; readonly error?: string }> {
  const answered = new AbortController();
  const late = clock.sleep(CHECK_TIMEOUT_MS, answered.signal).then(() => {
    throw new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`);
  });
  try {
    await Promise.race([part.check(), late]);
    return { ready: true };
  } catch (error) {
    return { ready: false, error: reasonOf(error) };
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
