import type { Request, Response } from "express";
import { sentFrom } from "./same-origin.ts";

const WHO = "who";

/** Keeps whom a request comes from, as events name it: `page`, `master_key`, or the alias of a key. */
export function remember(response: Response, who: string): void {
  response.locals[WHO] = who;
}

/** Where no key is set nobody can say who it was but a page of this gateway. */
export function whoAsks(request: Request, response: Response): string {
  const known: unknown = response.locals[WHO];
  if (typeof known === "string") return known;
  return sentFrom(request) === "here" ? "page" : "api";
}
