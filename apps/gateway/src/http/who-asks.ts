import type { Request, Response } from "express";
import { sentFrom } from "./same-origin.ts";

const WHO = "who";

/** Whoever a request comes from, as events name it. */
export type Who = "page" | "master_key";

export function remember(response: Response, who: Who): void {
  response.locals[WHO] = who;
}

/** Where no key is set nobody can say who it was but a page of this gateway. */
export function whoAsks(request: Request, response: Response): string {
  const known: unknown = response.locals[WHO];
  if (typeof known === "string") return known;
  return sentFrom(request) === "here" ? "page" : "api";
}
