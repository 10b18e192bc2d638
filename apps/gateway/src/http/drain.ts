import type { RequestHandler } from "express";

export interface Drain {
  readonly middleware: RequestHandler;
  /** From now on every connection ends with the answer it is busy with. */
  begin(): void;
}

/** A server that closes waits for its connections, and one that is kept alive would outlast its last answer by minutes. */
export function createDrain(): Drain {
  let draining = false;
  return {
    middleware: (request, response, next) => {
      if (draining) response.setHeader("connection", "close");
      response.once("finish", () => {
        if (draining) request.socket.end();
      });
      next();
    },
    begin() {
      draining = true;
    },
  };
}
