import type { Clock, Logger } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { type Request, type RequestHandler, Router } from "express";
import { ApiError } from "../http/api-error.ts";
import type { BodyBudget } from "../http/body-budget.ts";
import type { Keyring } from "../http/keyring.ts";
import { bodyReader } from "../http/read-body.ts";
import { sentFrom } from "../http/same-origin.ts";
import { remember } from "../http/who-asks.ts";
import { createEndedSessions } from "./ended-sessions.ts";
import { createSessions, type Session, SESSION_MS } from "./session.ts";
import { createTryLimit } from "./try-limit.ts";

const COOKIE = "understudy_session";
const LONGEST_KEY = 16 * 1024;

export interface SessionDeps {
  readonly store: Store;
  /** For the page to suggest, to who is signed in; null is none. */
  readonly modelToTry: string | null;
  readonly keyring: Keyring | null;
  readonly budget: BodyBudget;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SessionAuthentication {
  /** GET, POST and DELETE /ui/session. */
  readonly routes: Router;
  /**
   * Lets a signed-in browser read, and do what a page of this gateway asks for; everyone else goes to `otherwise`. That a
   * browser sends the cookie along does not say whose page asked.
   */
  signedIn(otherwise: RequestHandler): RequestHandler;
}

/**
 * The sign-in of the page: the master key is sent once, and a cookie that scripts cannot read stands for it from then on.
 * It opens what is under /api, and no call of a model by a request of one's own.
 */
export function createSessionAuthentication(masterKey: string | null, deps: SessionDeps): SessionAuthentication {
  const { keyring, budget, clock } = deps;
  const sessions = masterKey === null ? null : createSessions(masterKey, clock);
  const ended = createEndedSessions(deps);
  const limit = createTryLimit(clock);
  const sessionOf = async (request: Request): Promise<Session | null> => {
    const session = sessions?.read(cookieOf(request)) ?? null;
    return session === null || (await ended.has(session)) ? null : session;
  };
  const routes = Router();
  routes.use("/ui/session", (_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });
  routes.get("/ui/session", async (request, response) => {
    const signed_in = sessions === null || (await sessionOf(request)) !== null;
    response.json({ needed: sessions !== null, signed_in, model: signed_in ? deps.modelToTry : null });
  });
  routes.post("/ui/session", bodyReader({ maxBytes: LONGEST_KEY, budget }), (request, response) => {
    if (sessions !== null && keyring !== null) {
      const address = request.socket.remoteAddress ?? "";
      refuseTooMany(limit.waitMs(address));
      const key = keyIn(request.body);
      if (typeof key !== "string" || !keyring.isMasterKey(key)) {
        limit.failed(address);
        throw new ApiError("invalid_api_key", "That is not the gateway's master key (general_settings.master_key).");
      }
      limit.succeeded(address);
      response.cookie(COOKIE, sessions.issue(), { ...cookieFor(request), maxAge: SESSION_MS });
    }
    response.status(204).end();
  });
  routes.delete("/ui/session", async (request, response) => {
    const session = sessions?.read(cookieOf(request)) ?? null;
    if (session !== null) await ended.end(session);
    response.clearCookie(COOKIE, cookieFor(request)).status(204).end();
  });
  return {
    routes,
    signedIn: (otherwise) => async (request, response, next) => {
      const harmless = request.method === "GET" || sentFrom(request) === "here";
      if (harmless && (await sessionOf(request)) !== null) {
        remember(response, "page");
        next();
      } else await otherwise(request, response, next);
    },
  };
}

function refuseTooMany(waitMs: number): void {
  if (waitMs === 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1_000);
  const message = `Too many wrong keys came from this address. Try again in ${retryAfterSeconds} s.`;
  throw new ApiError("too_many_tries", message, { retryAfterSeconds });
}

function keyIn(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? (JSON.parse(body.toString("utf8")) as { key?: unknown } | null)?.key : undefined;
  } catch {
    return undefined;
  }
}

/** Never to scripts, never from other sites, and only over TLS where the page came that way. */
function cookieFor(request: Request) {
  const secure = request.secure || request.headers["x-forwarded-proto"] === "https";
  return { httpOnly: true, sameSite: "strict", path: "/", secure } as const;
}

function cookieOf({ headers }: Request): string {
  const cookies = (headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
}
