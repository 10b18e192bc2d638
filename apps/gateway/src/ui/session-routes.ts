import express, { type Request, type RequestHandler, Router } from "express";
import type { Clock } from "@understudy/runtime";
import { ApiError } from "../http/api-error.ts";
import { sentFrom } from "../http/same-origin.ts";
import { isMasterKey } from "../http/authenticate.ts";
import { createSessions, SESSION_MS } from "./session.ts";

const COOKIE = "understudy_session";
const LONGEST_KEY = "16kb";

export interface SessionDoor {
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
export function createSessionDoor(masterKey: string | null, clock: Clock): SessionDoor {
  const sessions = masterKey === null ? null : createSessions(masterKey, clock);
  const hasSession = (request: Request): boolean => sessions === null || sessions.isValid(cookieOf(request));
  const routes = Router();
  routes.get("/ui/session", (request, response) => {
    response.set("cache-control", "no-store").json({ needed: sessions !== null, signed_in: hasSession(request) });
  });
  routes.post("/ui/session", express.json({ limit: LONGEST_KEY }), (request, response) => {
    const key: unknown = (request.body as { key?: unknown } | undefined)?.key;
    if (sessions !== null && masterKey !== null) {
      if (typeof key !== "string" || !isMasterKey(key, masterKey)) {
        throw new ApiError("invalid_api_key", "That is not the gateway's master key (general_settings.master_key).");
      }
      response.cookie(COOKIE, sessions.issue(), { ...cookieFor(request), maxAge: SESSION_MS });
    }
    response.status(204).end();
  });
  routes.delete("/ui/session", (request, response) => {
    response.clearCookie(COOKIE, cookieFor(request)).status(204).end();
  });
  return {
    routes,
    signedIn: (otherwise) => (request, response, next) => {
      const harmless = request.method === "GET" || (request.method === "POST" && sentFrom(request) === "here");
      if (sessions !== null && harmless && hasSession(request)) next();
      else void otherwise(request, response, next);
    },
  };
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
