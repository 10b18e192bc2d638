import { dashboardFolder } from "@understudy/dashboard";
import compression from "compression";
import express, { type RequestHandler, Router } from "express";
import { existsSync } from "node:fs";
import path from "node:path";

/** The page's own files and nothing else: what models say is shown on it, and must not fetch or run anything. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The dashboard under /ui: its built files, and its one page for every other path. */
export function pageRoutes(folder: string = dashboardFolder): Router {
  const routes = Router();
  routes.get("/", (_request, response) => response.redirect("/ui/"));
  routes.use("/ui", guard, compression());
  // Their names change with what is in them.
  routes.use(
    "/ui/assets",
    express.static(path.join(folder, "assets"), { immutable: true, maxAge: "1y", index: false }),
  );
  routes.get(["/ui", "/ui/*path"], (request, response) => {
    const page = path.join(folder, "index.html");
    if (!existsSync(page)) {
      response.status(503).type("text").send("The dashboard is not built: run `npm run build`.\n");
      return;
    }
    if (request.path.startsWith("/ui/assets/")) response.status(404).end();
    else response.set("cache-control", "no-cache").sendFile(page);
  });
  return routes;
}

const guard: RequestHandler = (_request, response, next) => {
  response.set({
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  next();
};
