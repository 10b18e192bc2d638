import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { closedPort, serve, serveSilence } from "./server.fixture.ts";
import {
  ConnectionError,
  ConnectTimeoutError,
  type HttpTransport,
  type TransportOptions,
  type TransportRequest,
} from "./transport.ts";

type Create = (options: TransportOptions) => HttpTransport;

/** What any transport must do, on real sockets of the loopback. */
export function transportConforms(create: Create): void {
  const open = opener(create);
  describe("answers", () => {
    answersConform(open);
  });
  describe("calls that are ended from our side", () => {
    endingConforms(open);
  });
  describe("trouble of the network", () => {
    troubleConforms(open);
  });
  describe("connections", () => {
    connectionsConform(open);
  });
}

/** Answers the first request of each connection, and does something else to the second. */
async function serveOnceEach(second: (socket: Socket) => void) {
  const served = new WeakSet<Socket>();
  let sockets = 0;
  const { url, server } = await serve((request, response) => {
    request.resume();
    const { socket } = request;
    if (served.has(socket)) return second(socket);
    served.add(socket);
    response.end("ok");
  });
  server.on("connection", () => (sockets += 1));
  return { url, sockets: () => sockets };
}

type Open = (options?: Partial<TransportOptions>) => HttpTransport;

function opener(create: Create): Open {
  return (options = {}) => {
    const transport = create({ connectTimeoutMs: 60_000, maxConnections: 16, ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
}

function post(url: string, given: Partial<TransportRequest> = {}): TransportRequest {
  const headers = { "content-type": "application/json" };
  return { url, headers, body: "{}", signal: new AbortController().signal, ...given };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function answersConform(open: Open): void {
  test.for([200, 201, 400, 401, 404, 429, 500, 503, 529])("with %i are handed over with their body", async (status) => {
    const { url } = await serve((_, response) => {
      response.writeHead(status, { "Content-Type": "application/json", "X-Upper": "Kept" });
      response.end(`{"status":${status}}`);
    });
    const response = await open().send(post(url));
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject({ "content-type": "application/json", "x-upper": "Kept" });
    expect(await textOf(response.body)).toBe(`{"status":${status}}`);
  });

  test("without a body have no chunks", async () => {
    const { url } = await serve((_, response) => void response.writeHead(204).end());
    const response = await open().send(post(url));
    expect(await textOf(response.body)).toBe("");
  });

  test("come to a request that arrives as it was sent", async () => {
    const seen: { request?: IncomingMessage; body?: string } = {};
    const keep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      Object.assign(seen, { request, body: await textOf(request) });
      response.end();
    };
    const { url } = await serve((request, response) => void keep(request, response));
    const body = JSON.stringify({ text: "ünïcödé 日本 🙂".repeat(50_000), escaped: '"\\\u0000' });
    const headers = { "content-type": "application/json", authorization: "Bearer sk-test-key" };
    await textOf((await open().send(post(url, { body, headers }))).body);
    expect(seen.body).toBe(body);
    expect(seen.request).toMatchObject({ method: "POST", url: "/v1/chat/completions" });
    expect(seen.request?.headers).toMatchObject(headers);
  });

  test("ask for no compression", async () => {
    const { url } = await serve((request, response) => response.end(request.headers["accept-encoding"] ?? "identity"));
    expect(await textOf((await open().send(post(url))).body)).toBe("identity");
  });

  test("are not decoded", async () => {
    const zipped = gzipSync("a body that came compressed all the same");
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(zipped);
    });
    const response = await open().send(post(url));
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(zipped)).toBe(true);
    expect(response.headers["content-encoding"]).toBe("gzip");
  });

  test("arrive chunk by chunk, the first before the server has ended", async () => {
    const waiting: ServerResponse[] = [];
    const { url } = await serve((_, response) => {
      waiting.push(response);
      response.write("data: one\n\n");
    });
    const { body } = await open().send(post(url));
    const received: string[] = [];
    for await (const chunk of body) {
      received.push(Buffer.from(chunk).toString());
      const [response] = waiting;
      if (received.length < 3) response?.write(`data: ${received.length}\n\n`);
      else response?.end();
    }
    expect(received).toEqual(["data: one\n\n", "data: 1\n\n", "data: 2\n\n"]);
  });

  test.for([301, 302, 307, 308])("with %i lead nowhere else", async (status) => {
    const paths: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    const response = await open().send(post(url));
    await textOf(response.body);
    expect(response.status).toBe(status);
    expect(paths).toEqual(["/v1/chat/completions"]);
  });

  test("may repeat a header: its values are joined by a comma", async () => {
    const { url } = await serve((_, response) => {
      response.setHeader("x-many", ["a", "b"]);
      response.setHeader("set-cookie", ["one=1", "two=2"]);
      response.end();
    });
    const { headers, body } = await open().send(post(url));
    await textOf(body);
    expect(headers).toMatchObject({ "x-many": "a, b", "set-cookie": "one=1, two=2" });
  });
}

function endingConforms(open: Open): void {
  const reason = new Error("the reason");

  test("before they begin never reach the server", async () => {
    const { url, server } = await serve((_, response) => void response.end());
    let connections = 0;
    server.on("connection", () => (connections += 1));
    await expect(open().send(post(url, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(connections).toBe(0);
  });

  test("before the headers end with the signal's reason, and the server sees it", async () => {
    const ender = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.once("close", closed.resolve);
      ender.abort(reason);
    });
    await expect(open().send(post(url, { signal: ender.signal }))).rejects.toBe(reason);
    await closed.promise;
  });

  test("in the middle of the body end with the signal's reason, and the server sees it", async () => {
    const ender = new AbortController();
    const closed = Promise.withResolvers<boolean>();
    const { url } = await serve((_, response) => {
      response.once("close", () => closed.resolve(response.writableFinished));
      response.write("begun");
    });
    const { body } = await open().send(post(url, { signal: ender.signal }));
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const next = chunks.next();
    ender.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(await closed.promise).toBe(false);
  });

  test("while nobody reads end just so", async () => {
    const ender = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.once("close", closed.resolve);
      response.write("begun");
    });
    const { body } = await open().send(post(url, { signal: ender.signal }));
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    ender.abort(reason);
    await closed.promise;
    await expect(chunks.next()).rejects.toBe(reason);
  });

  test("by leaving the loop close the connection", async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.once("close", closed.resolve);
      response.write("begun");
    });
    const { body } = await open().send(post(url));
    for await (const chunk of body) {
      expect(Buffer.from(chunk).toString()).toBe("begun");
      break;
    }
    await closed.promise;
  });
}

function troubleConforms(open: Open): void {
  test("refused connections are connection errors that say so", async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const sending = open().send(post(`${origin}/secret/path?key=hunter2`));
    await expect(sending).rejects.toThrow(`cannot connect to ${origin} (ECONNREFUSED)`);
    await expect(sending).rejects.not.toThrow(/secret|hunter2/);
    await expect(sending).rejects.toBeInstanceOf(ConnectionError);
  });

  test("a handshake that never ends is a connect timeout that names its key", async () => {
    const transport = open({ connectTimeoutMs: 50 });
    const sending = transport.send(post(`https://127.0.0.1:${await serveSilence()}/`));
    await expect(sending).rejects.toBeInstanceOf(ConnectTimeoutError);
    await expect(sending).rejects.toThrow(
      /^no connection to https:\/\/127\.0\.0\.1:\d+ within 50 ms \(router_settings\.connect_timeout\)$/,
    );
  });

  test("a slow answer is no connect timeout", async () => {
    const first = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => void first.promise.then(() => response.end("late")));
    const transport = open({ connectTimeoutMs: 50 });
    const sending = transport.send(post(url));
    // Another call runs into the limit meanwhile, so the first has waited longer than it.
    const other = transport.send(post(`https://127.0.0.1:${await serveSilence()}/`));
    await expect(other).rejects.toBeInstanceOf(ConnectTimeoutError);
    first.resolve();
    expect(await textOf((await sending).body)).toBe("late");
  });

  test("a connection that closes before the headers is a connection error", async () => {
    const { url } = await serve((request) => void request.socket.destroy());
    await expect(open().send(post(url))).rejects.toBeInstanceOf(ConnectionError);
  });

  test.for(["chunked", "of known length"])("a reset in a body that is %s is a connection error", async (kind) => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, kind === "chunked" ? {} : { "content-length": 1_000 });
      response.write("begun");
      resets.push(() => request.socket.resetAndDestroy());
    });
    const resets: (() => void)[] = [];
    const { body } = await open().send(post(url));
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const next = chunks.next();
    resets.forEach((reset) => reset());
    await expect(next).rejects.toBeInstanceOf(ConnectionError);
  });

  test("a body that ends short of its length is a connection error", async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { "content-length": 1_000 });
      response.write("short", () => request.socket.end());
    });
    const { body } = await open().send(post(url));
    await expect(textOf(body)).rejects.toBeInstanceOf(ConnectionError);
  });
}

function connectionsConform(open: Open): void {
  test("are kept for the next call", async () => {
    const { url, server } = await serve((_, response) => void response.end("ok"));
    let connections = 0;
    server.on("connection", () => (connections += 1));
    const transport = open();
    for (let call = 0; call < 10; call += 1) await textOf((await transport.send(post(url))).body);
    // One more may open while the first is just being given back.
    expect(connections).toBeLessThanOrEqual(2);
  });

  test.for(["closes", "resets"] as const)(
    "that the other side %s while a second request is on its way are replaced at once",
    async (how) => {
      const { url, sockets } = await serveOnceEach((socket) => {
        if (how === "closes") socket.destroy();
        else socket.resetAndDestroy();
      });
      const transport = open();
      for (let call = 0; call < 4; call += 1) expect(await textOf((await transport.send(post(url))).body)).toBe("ok");
      expect(sockets()).toBeGreaterThan(1);
    },
  );

  test.for(["a byte of the answer", "half a head"])("that break after %s are not", async (what) => {
    const text = what === "half a head" ? "HTTP/1.1 200 OK\r\ncontent-le" : "H";
    const { url, sockets } = await serveOnceEach((socket) => socket.write(text, () => socket.destroy()));
    const transport = open({ maxConnections: 1 });
    await textOf((await transport.send(post(url))).body);
    await expect(transport.send(post(url))).rejects.toBeInstanceOf(ConnectionError);
    expect(sockets()).toBe(1);
  });

  test("that break at their first request are not", async () => {
    let sockets = 0;
    const { url, server } = await serve((request) => void request.socket.destroy());
    server.on("connection", () => (sockets += 1));
    await expect(open().send(post(url))).rejects.toBeInstanceOf(ConnectionError);
    expect(sockets).toBe(1);
  });

  test("are never more than allowed", async () => {
    const { url, server } = await serve((_, response) => void response.end("ok"));
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => sockets.add(socket));
    const transport = open({ maxConnections: 2 });
    const calls = Array.from({ length: 20 }, async () => textOf((await transport.send(post(url))).body));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["ok"]));
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("end with the transport, calls under way included", async () => {
    const { url, server } = await serve((_, response) => void response.write("begun"));
    const connection = once(server, "connection") as Promise<[Socket]>;
    const transport = open();
    const { body } = await transport.send(post(url));
    const [socket] = await connection;
    const closed = once(socket, "close");
    const reading = textOf(body);
    await transport.close();
    await expect(reading).rejects.toBeInstanceOf(ConnectionError);
    await closed;
    await expect(transport.send(post(url))).rejects.toBeInstanceOf(ConnectionError);
    await expect(transport.close()).resolves.not.toThrow();
  });
}
