import type { Express } from "express";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Service } from "@understudy/runtime";

export interface HttpServer extends Service {
  /** Where it listens. Throws before it is started. */
  url(): string;
}

/** Time for a client to send its headers, and its whole request. Answers have the router's own limits. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 120_000;

export function createHttpServer(app: Express, host: string, port: number): HttpServer {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, app);
  // Who reads the body says when it may come: what is refused before is then never sent.
  server.on("checkContinue", app);
  // Longer than the usual load balancer's, so that it is never us who close a connection it is about to use.
  server.keepAliveTimeout = 75_000;

  return {
    name: "http server",
    url: () => urlOf(server),
    start: () =>
      new Promise((resolve, reject) => {
        const fail = (error: NodeJS.ErrnoException): void => reject(explain(error, host, port));
        server.once("error", fail);
        server.listen(port, host, () => {
          server.off("error", fail);
          resolve();
        });
      }),
    /** Takes no new request, lets the open ones end, and cuts them off at the deadline. */
    async stop(deadline) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Connections that are busy now close when their answer is out; else each would wait for its client's next request.
      server.keepAliveTimeout = 1;
      server.keepAliveTimeoutBuffer = 0;
      const cut = (): void => server.closeAllConnections();
      if (deadline.aborted) cut();
      else deadline.addEventListener("abort", cut, { once: true });
      await closed;
      deadline.removeEventListener("abort", cut);
    },
  };
}

function urlOf(server: Server): string {
  const bound = server.address() as AddressInfo | null;
  if (bound === null) throw new Error("the http server does not listen");
  const { address, port, family } = bound;
  const host = family === "IPv6" ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const explanation = EXPLANATIONS[error.code ?? ""]?.(host, port);
  return explanation === undefined ? error : new Error(explanation, { cause: error });
}

const OTHER_PORT = "set PORT or --port, or METRICS_PORT or --metrics-port for a worker";

const EXPLANATIONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port ${port} on ${host} is taken; stop what listens there, or ${OTHER_PORT}`,
  EACCES: (_host, port) => `port ${port} may not be opened by this user; choose one above 1023: ${OTHER_PORT}`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine; set HOST or --host to one that is`,
};
