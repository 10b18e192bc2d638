import type { RequestHandler } from "express";

/** Handlers that are on the way of every request, as one: what Express does between two of them costs more than most do. */
export function inOneStep(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let goesOn = true;
    const handled = (error?: unknown): void => {
      goesOn = error === undefined;
      if (!goesOn) next(error);
    };
    for (const handle of handlers) {
      goesOn = false;
      void handle(request, response, handled);
      // It has answered itself.
      if (!goesOn) return;
    }
    next();
  };
}
