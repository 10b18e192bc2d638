import express from "express";
import { Agent, request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpServer, type HttpServer } from "./http-server.ts";

const NO_DEADLINE = new AbortController().signal;
const open: HttpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop(AbortSignal.abort());
});

function serve(app = express(), port = 0): HttpServer {
  const server = createHttpServer(app, "127.0.0.1", port);
  open.push(server);
  return server;
}

/** A route whose answer waits until the test says so. */
function heldRoute() {
  const app = express();
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  app.get("/held", async (_request, response) => {
    arrived.resolve();
    await gate.promise;
    response.send("done");
  });
  return { app, arrived: arrived.promise, letGo: gate.resolve };
}

/** A GET over a connection that is kept open; the answer's text, or the error's code. */
function get(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

describe("starting", () => {
  test("listens on any free port when it is 0, and says which", async () => {
    const server = serve();
    await server.start();
    expect(server.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
    expect((await fetch(server.url())).status).toBe(404);
  });

  test("writes an IPv6 address as a URL has it", async () => {
    const server = createHttpServer(express(), "::1", 0);
    open.push(server);
    await server.start();
    expect(server.url()).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });

  test("has no address before", () => {
    expect(() => serve().url()).toThrow("the http server does not listen");
  });

  test("says what to do when the port is taken", async () => {
    const first = serve();
    await first.start();
    const port = Number(new URL(first.url()).port);
    await expect(serve(express(), port).start()).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken; stop what listens there, ` +
        "or set PORT or --port, or METRICS_PORT or --metrics-port for a worker",
    );
  });

  test("says what to do when the host is not this machine", async () => {
    // An address that is kept for documentation, so no machine has it.
    const server = createHttpServer(express(), "192.0.2.1", 0);
    await expect(server.start()).rejects.toThrow("192.0.2.1 is no address of this machine; set HOST or --host");
  });
});

describe("stopping", () => {
  test("lets an open request end, though its connection is kept alive, and takes no new one", async () => {
    const { app, arrived, letGo } = heldRoute();
    const server = serve(app);
    await server.start();
    const url = server.url();
    const agent = new Agent({ keepAlive: true });
    const answer = get(`${url}/held`, agent);
    await arrived;
    const stopped = server.stop(NO_DEADLINE);
    expect(await get(url, new Agent())).toBe("ECONNREFUSED");
    letGo();
    expect(await answer).toBe("done");
    await stopped;
    agent.destroy();
  });

  test("closes connections that are merely kept open", async () => {
    const server = serve();
    await server.start();
    const agent = new Agent({ keepAlive: true });
    await get(server.url(), agent);
    await server.stop(NO_DEADLINE);
    expect(() => server.url()).toThrow("does not listen");
    agent.destroy();
  });

  test("cuts open requests off at the deadline", async () => {
    const { app, arrived } = heldRoute();
    const server = serve(app);
    await server.start();
    const agent = new Agent();
    const answer = get(`${server.url()}/held`, agent);
    await arrived;
    const deadline = new AbortController();
    const stopped = server.stop(deadline.signal);
    deadline.abort();
    await stopped;
    expect(await answer).toBe("ECONNRESET");
  });

  test("is safe before it was started, and twice", async () => {
    const server = serve();
    await server.stop(NO_DEADLINE);
    await server.start();
    await server.stop(NO_DEADLINE);
    await server.stop(NO_DEADLINE);
    expect(() => server.url()).toThrow("does not listen");
  });
});
