import express, { type Request, type RequestHandler, Router } from "express";
import type { Clock } from "@understudy/runtime";
import { ApiError } from "../http/api-error.ts";
import { isMasterKey } from "../http/authenticate.ts";
import { createSessions, SESSION_MS } from "./session.ts";

const COOKIE = "understudy_session";
const LONGEST_KEY = "16kb";

export interface SessionDoor {
  /** GET, POST and DELETE /ui/session. */
  readonly routes: Router;
  /** Lets a signed-in browser read; everyone else goes to `otherwise`. */
  readers(otherwise: RequestHandler): RequestHandler;
}

/**
 * The sign-in of the page: the master key is sent once, and a cookie that scripts cannot read stands for it from then on.
 * It opens what is read under /api and nothing that costs money.
 */
export function createSessionDoor(masterKey: string | null, clock: Clock): SessionDoor {
  const sessions = masterKey === null ? null : createSessions(masterKey, clock);
  const signedIn = (request: Request): boolean => sessions === null || sessions.isValid(cookieOf(request));
  const routes = Router();
  routes.get("/ui/session", (request, response) => {
    response.set("cache-control", "no-store").json({ needed: sessions !== null, signed_in: signedIn(request) });
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
    readers: (otherwise) => (request, response, next) => {
      const mayRead = sessions !== null && request.method === "GET" && signedIn(request);
      if (mayRead) next();
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
