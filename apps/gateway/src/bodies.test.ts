import type { Simulator } from "@understudy/simulator";
import { pollUntil } from "@understudy/testkit";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, send } from "./fixtures/ask.fixture.ts";
import {
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
  usualSettings,
} from "./fixtures/gateway.fixture.ts";
import { startGatewayProcess } from "./fixtures/gateway-process.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

const MIB = 1024 ** 2;
const CHAT = "/v1/chat/completions";
const KEY = "sk-test-master-key";
const auth = { authorization: `Bearer ${KEY}` };
const chatBody = { model: "main", messages: sayHello };
let simulator: Simulator;
let upstream: string;
let gateway: RunningGateway;

beforeAll(async () => {
  ({ simulator, upstream } = await startSimulator());
  const general_settings = { master_key: KEY, max_request_size_mb: 1 };
  gateway = await startGateway(usualSettings(upstream, { general_settings }));
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

/** A chat request of about so many bytes. */
const padded = (bytes: number, fill = "u"): string => JSON.stringify({ ...chatBody, user: fill.repeat(bytes - 80) });

function openSocket(url: string, head: readonly string[]) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(
    [`POST ${CHAT} HTTP/1.1`, `host: ${host}`, `authorization: Bearer ${KEY}`, ...head, "", ""].join("\r\n"),
  );
  return socket;
}

describe("a body that is too large", () => {
  test.each([[["content-length: 99999999999"]], [["content-length: 99999999999", "expect: 100-continue"]]])(
    "by its own word is refused before any of it is sent: %j",
    async (head) => {
      const socket = openSocket(gateway.url, head);
      const answer = await firstData(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(answer).toContain('"code":"request_too_large"');
      socket.destroy();
    },
  );

  test("is refused to a client that reads nothing before it has sent all", async () => {
    const socket = openSocket(gateway.url, [`content-length: ${40 * MIB}`]);
    socket.pause();
    const piece = Buffer.alloc(MIB, "u");
    for (let sent = 0; sent < 40; sent += 1) await new Promise((resolve) => socket.write(piece, resolve));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("is refused where it comes in chunks, in one answer that ends the connection", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const headers = { ...auth, "transfer-encoding": "chunked" };
      const sending = httpRequest({ hostname, port, path: CHAT, method: "POST", headers }, (response) => {
        expect([response.statusCode, response.headers.connection]).toEqual([413, "close"]);
        resolve(text(response));
      });
      sending.once("error", reject);
      for (let sent = 0; sent < 3; sent += 1) sending.write(Buffer.alloc(MIB, "u"));
      sending.end();
    });
    expect(answer).toContain("general_settings.max_request_size_mb");
  });

  test("keeps nobody who has no key reading", async () => {
    const { hostname, port, host } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${CHAT} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 99999999\r\n\r\n`);
    const answer = await firstData(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*\r\nconnection: close\r\n/i);
    socket.destroy();
  });

  test("and one that is not goes on after a word, where a client waits for it", async () => {
    const body = JSON.stringify(chatBody);
    const socket = openSocket(gateway.url, [
      `content-length: ${body.length}`,
      "expect: 100-continue",
      "connection: close",
    ]);
    expect(await firstData(socket)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(body);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});

const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
});

const white = Buffer.alloc(32 * MIB, " ");
const ENCODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: zstdCompressSync,
};

describe("a compressed body", () => {
  test.each(Object.keys(ENCODINGS))("is read in %s, and not when it swells a hundredfold", async (name) => {
    const encode = ENCODINGS[name] ?? gzipSync;
    const headers = { ...auth, "content-encoding": name };
    const small = await ask(gateway.url, CHAT, { body: encode(Buffer.from(JSON.stringify(chatBody))), headers });
    expect(small.status).toBe(200);
    const bomb = encode(white);
    expect(bomb.byteLength).toBeLessThan(MIB / 20);
    const answer = await ask(gateway.url, CHAT, { body: bomb, headers });
    expect([answer.status, answer.json]).toMatchObject([413, { error: { code: "request_too_large" } }]);
    const half = encode(Buffer.from(padded(5_000, "ü"))).subarray(0, -20);
    expect((await ask(gateway.url, CHAT, { body: half, headers })).status).toBe(400);
    expect((await ask(gateway.url, CHAT, { body: JSON.stringify(chatBody), headers })).status).toBe(400);
  });

  test.each(["gzip, gzip", "gzip,br", "identity, gzip", "compress", "__proto__", "gzip;q=1"])(
    "is refused in %s",
    async (encoding) => {
      const body = gzipSync(gzipSync(JSON.stringify(chatBody)));
      const answer = await ask(gateway.url, CHAT, { body, headers: { ...auth, "content-encoding": encoding } });
      expect([answer.status, answer.json]).toMatchObject([415, { error: { code: "unsupported_encoding" } }]);
    },
  );

  test("many at once that are bombs take next to no memory, and nobody else's place", async () => {
    const process = await startGatewayProcess(usualSettings(upstream, { general_settings: { master_key: KEY } }));
    await ask(process.url, CHAT, { body: chatBody, headers: auth });
    const before = peakMemory(process.pid);
    const bombs = Object.entries(ENCODINGS).flatMap(([name, encode]) => {
      const bomb = encode(white);
      return Array.from({ length: 16 }, () =>
        ask(process.url, CHAT, { body: bomb, headers: { ...auth, "content-encoding": name } }),
      );
    });
    const meanwhile = await ask(process.url, CHAT, { body: chatBody, headers: auth });
    expect(meanwhile.status).toBe(200);
    for (const { status } of await Promise.all(bombs)) expect([413, 503]).toContain(status);
    expect(peakMemory(process.pid) - before).toBeLessThan(400 * MIB);
    await process.stop();
  });
});

describe("the bodies of all requests under way", () => {
  let stuck: Upstream;
  let small: RunningGateway;
  let answered: () => void;

  beforeAll(async () => {
    const release = Promise.withResolvers<void>();
    answered = release.resolve;
    stuck = await openUpstream((_body, response) => {
      const answer = () => response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
      void release.promise.then(answer);
    });
    const general_settings = { master_key: KEY, max_request_size_mb: 1, max_request_memory_mb: 2.5 };
    small = await startGateway(usualSettings(stuck.url, { general_settings }));
  });

  afterAll(async () => {
    await small.stop();
    await stuck.close();
  });

  const post = () => send(small.url, CHAT, { body: padded(MIB - 100), headers: auth });

  test("have a budget: beyond it a request is told when to come again, until others have ended", async () => {
    const held = [post(), post()];
    await pollUntil(() => stuck.count(), { what: "two requests at the provider", until: (count) => count === 2 });
    // One that is left half way gives its part back.
    const left = openSocket(small.url, ["content-length: 400000"]);
    left.write("u".repeat(300_000));
    const refused = await ask(small.url, CHAT, { body: padded(MIB - 100), headers: auth });
    expect([refused.status, refused.headers["retry-after"], refused.json]).toMatchObject([
      503,
      "1",
      { error: { code: "no_room", type: "server_error" } },
    ]);
    left.destroy();
    const little = ask(small.url, CHAT, { body: padded(400_000), headers: auth });
    await pollUntil(() => stuck.count(), { what: "a small one beside them", until: (count) => count === 3 });
    answered();
    for (const response of await Promise.all(held)) expect(response.resume().statusCode).toBe(200);
    expect((await little).status).toBe(200);
    expect((await post()).resume().statusCode).toBe(200);
  });

  test("count in the session's requests too", async () => {
    const body = JSON.stringify({ key: "k".repeat(20_000) });
    expect((await ask(small.url, "/ui/session", { body })).status).toBe(413);
  });
});

/** What has come once something has. */
function firstData(socket: ReturnType<typeof connect>): Promise<string> {
  return new Promise((resolve) => socket.once("data", (data) => resolve(data.toString("latin1"))));
}

/** Bytes, of all time. */
function peakMemory(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
