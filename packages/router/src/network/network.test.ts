import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type NetworkSettings, PLAIN_NETWORK } from "@understudy/config";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createAxiosTransport } from "../transport/axios-transport.ts";
import { ConnectionError, type HttpTransport, type TransportRequest } from "../transport/transport.ts";
import { createUndiciTransport } from "../transport/undici-transport.ts";
import { type Certificates, makeCertificates } from "./certificates.fixture.ts";
import { createOutgoing } from "./outgoing.ts";
import { openProxy, type ProxyOptions } from "./proxy-server.fixture.ts";

let made: Certificates;
beforeAll(() => {
  made = makeCertificates();
});
afterAll(() => made.remove());

const answer: RequestListener = (request, response) => {
  request.resume();
  response.end(`hello ${request.headers.via ?? "straight"}`);
};

async function serve(tls?: ServerOptions): Promise<string> {
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function proxy(options?: ProxyOptions) {
  const server = await openProxy(options);
  onTestFinished(() => server.close());
  return server;
}

const trusting = (tls: Partial<NetworkSettings["tls"]> = {}): NetworkSettings["tls"] => ({
  ...PLAIN_NETWORK.tls,
  caFile: made.caFile,
  ...tls,
});

const transports = { undici: createUndiciTransport, axios: createAxiosTransport };

describe.each(["undici", "axios"] as const)("%s", (name) => {
  function open(network: Partial<NetworkSettings>): HttpTransport {
    const transport = transports[name]({
      connectTimeoutMs: 60_000,
      maxConnections: 4,
      network: { ...PLAIN_NETWORK, ...network },
    });
    onTestFinished(() => transport.close());
    return transport;
  }

  async function said(transport: HttpTransport, url: string, more: Partial<TransportRequest> = {}): Promise<string> {
    const signal = new AbortController().signal;
    const { status, body } = await transport.send({ url, headers: {}, body: "{}", signal, ...more });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return `${status} ${Buffer.concat(chunks).toString()}`;
  }

  test("calls an http address through HTTP_PROXY, several at once, on connections that are kept", async () => {
    const [url, way] = [await serve(), await proxy()];
    const transport = open({ httpProxy: way.url });
    const calls = async () => Promise.all(Array.from({ length: 4 }, () => said(transport, url)));
    expect(new Set([...(await calls()), ...(await calls())])).toEqual(new Set(["200 hello 1.1 test"]));
    expect(way.seen).toEqual(Array.from({ length: 8 }, () => `POST ${url}`));
    expect(way.sockets()).toBeGreaterThan(1);
    expect(way.sockets()).toBeLessThanOrEqual(4);
  });

  test("calls an https address through a tunnel of HTTPS_PROXY, which is kept", async () => {
    const [url, way] = [await serve(made.server), await proxy()];
    const transport = open({ httpsProxy: way.url, tls: trusting() });
    for (let call = 0; call < 6; call += 1) expect(await said(transport, url)).toBe("200 hello straight");
    expect(new Set(way.seen)).toEqual(new Set([`CONNECT ${new URL(url).host}`]));
    // The next call may come a moment before the last one's connection is free.
    expect(way.seen.length).toBeLessThanOrEqual(2);
  });

  test("takes another connection at once when one was closed as it lay idle, over TLS and through a tunnel too", async () => {
    const served = new WeakSet<Socket>();
    let broken = 0;
    const server = createTlsServer(made.server, (request, response) => {
      request.resume();
      if (served.has(request.socket)) {
        broken += 1;
        request.socket.destroy();
        return;
      }
      served.add(request.socket);
      response.end("ok");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    for (const network of [{}, { httpsProxy: (await proxy()).url }]) {
      const transport = open({ ...network, tls: trusting() });
      for (let call = 0; call < 5; call += 1) expect(await said(transport, url)).toBe("200 ok");
    }
    expect(broken).toBeGreaterThan(1);
  });

  test("calls through a proxy that is itself reached by TLS", async () => {
    const way = await proxy({ tls: made.server });
    const transport = open({ httpProxy: way.url, httpsProxy: way.url, tls: trusting() });
    expect(await said(transport, await serve())).toBe("200 hello 1.1 test");
    expect(await said(transport, await serve(made.server))).toBe("200 hello straight");
    expect(way.seen).toHaveLength(2);
  });

  test("sends the proxy the credentials of its address, and the provider none of them", async () => {
    const way = await proxy({ credentials: "user:p@ss word" });
    const address = way.url.replace("//", "//user:p%40ss%20word@");
    const transport = open({ httpProxy: address, httpsProxy: address, tls: trusting() });
    expect(await said(transport, await serve())).toMatch(/^200/);
    expect(await said(transport, await serve(made.server))).toMatch(/^200/);
    expect(new Set(way.credentials).size).toBe(1);
  });

  test("a proxy that refuses is a failed connection that names it, and none of its credentials", async () => {
    const way = await proxy({ credentials: "user:right" });
    const address = way.url.replace("//", "//user:wrong-password@");
    const transport = open({ httpProxy: address, httpsProxy: address, tls: trusting() });
    for (const url of [await serve(), await serve(made.server)]) {
      const failed = await said(transport, url).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ConnectionError);
      expect((failed as Error).message).toBe(`the connection to ${new URL(url).origin} failed: the proxy answered 407`);
      expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain("wrong-password");
    }
  });

  test("calls straight what NO_PROXY names, and fails where nobody is at the proxy", async () => {
    const url = await serve();
    const away = { httpProxy: "http://127.0.0.1:9", httpsProxy: "http://127.0.0.1:9" };
    expect(await said(open({ ...away, noProxy: "127.0.0.0/8" }), url)).toBe("200 hello straight");
    await expect(said(open({ ...away, noProxy: "example.com" }), url)).rejects.toBeInstanceOf(ConnectionError);
  });

  test("trusts the authorities of a file, and those beside Node's, and else not", async () => {
    const url = await serve(made.server);
    const { tls } = PLAIN_NETWORK;
    expect(await said(open({ tls: trusting() }), url)).toMatch(/^200/);
    expect(await said(open({ tls: { ...tls, extraCaFile: made.caFile } }), url)).toMatch(/^200/);
    await expect(said(open({}), url)).rejects.toThrow(/SELF_SIGNED|UNABLE_TO_VERIFY/);
    expect(await said(open({ tls: { ...tls, verify: false } }), url)).toMatch(/^200/);
  });

  test("shows its own certificate to who asks for it", async () => {
    const url = await serve({ ...made.server, requestCert: true, rejectUnauthorized: true });
    expect(await said(open({ tls: trusting({ certFile: made.clientFile }) }), url)).toMatch(/^200/);
    await expect(said(open({ tls: trusting() }), url)).rejects.toBeInstanceOf(ConnectionError);
  });

  test("a deployment's file that holds no certificate is a failed connection that names it", async () => {
    const tls = trusting({ caFile: import.meta.filename });
    const failed = said(open({}), await serve(made.server), { tls: { ...tls, certFile: import.meta.filename } });
    await expect(failed).rejects.toBeInstanceOf(ConnectionError);
    await expect(failed).rejects.toThrow("network.test.ts");
  });

  test("a deployment's own settings hold for it alone", async () => {
    const url = await serve(made.server);
    const transport = open({});
    const tls = { ...PLAIN_NETWORK.tls, verify: false };
    expect(await said(transport, url, { tls })).toMatch(/^200/);
    expect(await said(transport, url, { tls: { ...tls } })).toMatch(/^200/);
    await expect(said(transport, url)).rejects.toBeInstanceOf(ConnectionError);
  });
});

describe("what is no model", () => {
  function outgoing(network: Partial<NetworkSettings>) {
    const calls = createOutgoing({ ...PLAIN_NETWORK, ...network });
    onTestFinished(() => calls.close());
    return calls;
  }
  const { signal } = new AbortController();

  test("is posted to through the proxy, with the file's authorities", async () => {
    const way = await proxy({ credentials: "u:p" });
    const address = way.url.replace("//", "//u:p@");
    const { post } = outgoing({ httpProxy: address, httpsProxy: address, tls: trusting() });
    for (const url of [await serve(), await serve(made.server)]) {
      const { status, text } = await post(url, { headers: { "x-a": "b" }, body: "{}", signal });
      expect([status, await text()]).toEqual([200, expect.stringMatching(/^hello/)]);
    }
    expect(way.seen.map((line) => line.split(" ", 1)[0])).toEqual(expect.arrayContaining(["CONNECT"]));
    expect(way.seen).toHaveLength(2);
  });

  test("is reached by Node's own client in the same way", async () => {
    const way = await proxy({ credentials: "u:p" });
    const address = way.url.replace("//", "//u:p@");
    const { agentFor } = outgoing({ httpProxy: address, httpsProxy: address, tls: trusting() });
    for (const url of [await serve(), await serve(made.server)]) {
      const { request } = url.startsWith("https") ? await import("node:https") : await import("node:http");
      const agent = agentFor(new URL(url));
      const status = await new Promise((resolve, reject) => {
        request(url, { method: "POST", agent }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once("error", reject)
          .end("{}");
      });
      agent.destroy();
      expect(status).toBe(200);
    }
    expect(way.seen).toHaveLength(2);
  });
});
