import type { Simulator } from "@understudy/simulator";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import {
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
  usualSettings,
} from "./fixtures/gateway.fixture.ts";
import { openUpstream } from "./fixtures/upstream.fixture.ts";

const KEY = "sk-test-master-key";
const CHAT = "/v1/chat/completions";
const body = { model: "main", messages: sayHello };
const APP = "https://app.example.com";
const EVIL = "https://evil.example";

let simulator: Simulator;
let upstream: string;
/** Without a key; with one; without one, for pages of one site. */
let open: RunningGateway;
let keyed: RunningGateway;
let listed: RunningGateway;

beforeAll(async () => {
  ({ simulator, upstream } = await startSimulator());
  const start = (general_settings: object) => startGateway(usualSettings(upstream, { general_settings }));
  open = await start({ allowed_hosts: ["gateway.internal", "named:81"] });
  keyed = await start({ master_key: KEY });
  listed = await start({ cors_origins: [APP] });
});

afterAll(async () => {
  for (const gateway of [open, keyed, listed]) await gateway.stop();
  await simulator.stop();
});

describe("a gateway without a key knows its own names", () => {
  const portOf = (): string => new URL(open.url).port;
  const asked = (host: string, path = "/v1/models") => ask(open.url, path, { headers: { host } });

  test.each([
    "localhost:PORT",
    "LOCALHOST:PORT",
    "localhost.:PORT",
    "127.0.0.1:PORT",
    "127.8.9.10:PORT",
    "[::1]:PORT",
    "[::ffff:127.0.0.1]:PORT",
    "gateway.internal",
    "gateway.internal.:8443",
    "named:81",
  ])("%s", async (host) => {
    expect((await asked(host.replace("PORT", portOf()))).status).toBe(200);
  });

  test.each([
    "evil.example:PORT",
    "evil.example",
    "127.0.0.1.evil.example:PORT",
    "localhost.evil.example:PORT",
    "evil.localhost:PORT",
    "xlocalhost:PORT",
    "localhost:1",
    "localhost",
    "localhost:PORT:80",
    "localhost:PORT@evil.example",
    "127.1:PORT",
    "2130706433:PORT",
    "10.0.0.5:PORT",
    "0.0.0.0:PORT",
    "[::2]:PORT",
    "[::1]evil.example:PORT",
    "named:82",
    "gateway.internal.evil.example",
  ])("and not %s, with what to do", async (host) => {
    for (const path of ["/v1/models", "/api/pairs", "/ui/", "/metrics", "/", "/nowhere"]) {
      const answer = await asked(host.replace("PORT", portOf()), path);
      expect([path, answer.status, answer.json]).toMatchObject([path, 403, { error: { code: "unknown_host" } }]);
      expect(answer.text).toContain("general_settings.allowed_hosts");
    }
    const chat = await ask(open.url, CHAT, { body, headers: { host: host.replace("PORT", portOf()) } });
    expect(chat.status).toBe(403);
  });

  test("and takes no other header's word for them", async () => {
    const headers = { host: "evil.example", "x-forwarded-host": `localhost:${portOf()}`, forwarded: "host=localhost" };
    expect((await ask(open.url, "/v1/models", { headers })).status).toBe(403);
    const known = { "x-forwarded-host": "evil.example" };
    expect((await ask(open.url, "/v1/models", { headers: known })).status).toBe(200);
  });

  test("and refuses who names none", async () => {
    const socket = connect(Number(portOf()), "127.0.0.1");
    socket.write("GET /api/pairs HTTP/1.0\r\n\r\n");
    expect(await text(socket)).toContain("403 Forbidden");
  });

  test("but says to everyone that it is alive", async () => {
    const headers = { host: "10.1.2.3:4000" };
    expect((await ask(open.url, "/health/liveliness", { headers })).status).toBe(200);
  });

  test("with a key any name will do", async () => {
    const headers = { host: "llm.example.com", authorization: `Bearer ${KEY}` };
    expect((await ask(keyed.url, "/v1/models", { headers })).status).toBe(200);
  });
});

/** What a browser can be made to send without asking first, by a page of another site. */
const SIMPLE: readonly (readonly [string, Record<string, string>])[] = [
  ["text that is JSON", { "content-type": "text/plain", origin: EVIL, "sec-fetch-site": "cross-site" }],
  ["text, from a browser that only knows Origin", { "content-type": "text/plain", origin: EVIL }],
  ["a form", { "content-type": "application/x-www-form-urlencoded", origin: EVIL, "sec-fetch-site": "cross-site" }],
  ["a form with parts", { "content-type": "multipart/form-data; boundary=x", origin: EVIL }],
  ["no content type", { origin: EVIL, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["JSON", { "content-type": "application/json", origin: EVIL, "sec-fetch-site": "cross-site" }],
  ["it from a page without an origin", { "content-type": "text/plain", origin: "null" }],
  ["it from another port of this machine", { origin: "http://localhost:3000", "sec-fetch-site": "same-site" }],
  ["it from another port, as Origin has it", { origin: "http://127.0.0.1:3000" }],
  ["it without an origin", { "sec-fetch-site": "cross-site" }],
  ["two origins", { origin: `${EVIL}, http://127.0.0.1` }],
];

describe("a page of another site", () => {
  test.each(SIMPLE)("cannot have a browser spend money by sending %s", async (_what, headers) => {
    const before = simulator.requestCount();
    for (const path of [CHAT, "/chat/completions", "/v1/embeddings", "/api/queues/cheap/failed/retry", "/ui/session"]) {
      const answer = await ask(open.url, path, { body: JSON.stringify(body), headers });
      expect([path, answer.status, answer.json]).toMatchObject([path, 403, { error: { code: "cross_site_request" } }]);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(simulator.requestCount()).toBe(before);
  });

  test.each(["PUT", "PATCH", "DELETE"])("cannot %s anything either", async (method) => {
    for (const path of [CHAT, "/api/pairs/pair_1"]) {
      expect((await ask(open.url, path, { method, headers: { origin: EVIL } })).status).toBe(403);
    }
  });

  test("of this gateway can", async () => {
    for (const headers of [{ origin: open.url }, { origin: open.url, "sec-fetch-site": "same-origin" }]) {
      expect((await ask(open.url, CHAT, { body, headers })).status).toBe(200);
    }
  });

  test("is nobody that an SDK, curl or a server is", async () => {
    const client = new OpenAI({ baseURL: `${open.url}/v1`, apiKey: "sk-test-any" });
    const answer = await client.chat.completions.create({ model: "main", messages: [...sayHello] });
    expect(answer.choices).toHaveLength(1);
    expect((await ask(open.url, CHAT, { body })).status).toBe(200);
    expect((await fetch(`${open.url}${CHAT}`, { method: "POST", body: JSON.stringify(body) })).status).toBe(200);
  });
});

/** Case 19. */
describe("CORS", () => {
  const preflight = (url: string, headers: Record<string, string>, path = CHAT) =>
    ask(url, path, { method: "OPTIONS", headers: { "access-control-request-method": "POST", ...headers } });
  const cors = (headers: object): readonly string[] =>
    Object.keys(headers).filter((name) => name.startsWith("access-control-"));

  test("is open to every origin where the key protects, errors included", async () => {
    const asked = "authorization,content-type,x-stainless-lang,X-My-Own";
    const before = await preflight(keyed.url, { origin: APP, "access-control-request-headers": asked });
    expect([before.status, before.text]).toEqual([204, ""]);
    expect(before.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": expect.stringContaining("POST"),
      "access-control-max-age": "7200",
    });
    const allowed = String(before.headers["access-control-allow-headers"]).split(", ");
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", "x-stainless-lang", "x-my-own"]));
    const headers = { origin: APP, "sec-fetch-site": "cross-site" };
    const auth = { ...headers, authorization: `Bearer ${KEY}` };
    const answers = {
      200: await ask(keyed.url, CHAT, { body, headers: auth }),
      400: await ask(keyed.url, CHAT, { body: "{", headers: auth }),
      401: await ask(keyed.url, CHAT, { body, headers }),
      404: await ask(keyed.url, "/v1/nowhere", { headers: auth }),
      405: await ask(keyed.url, CHAT, { headers: auth }),
      500: await ask(keyed.url, CHAT, { body: { ...body, model: "sim/gpt-4o@fail-500" }, headers: auth }),
    };
    for (const [status, answer] of Object.entries(answers)) {
      expect([String(answer.status), answer.headers["access-control-allow-origin"]]).toEqual([status, "*"]);
      expect(answer.headers["access-control-expose-headers"]).toContain("x-request-id");
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });

  test("names headers to a preflight that asks for none, and hands on none that is not one", async () => {
    const { headers } = await preflight(keyed.url, { origin: APP });
    expect(headers["access-control-allow-headers"]).toContain("authorization");
    const odd = await preflight(keyed.url, { origin: APP, "access-control-request-headers": "x-fine, two words, a;b" });
    expect(odd.headers["access-control-allow-headers"]).toMatch(/, x-fine$/);
  });

  test("without a key and without cors_origins there is none", async () => {
    const before = await preflight(open.url, { origin: APP });
    expect([before.status, cors(before.headers)]).toEqual([204, []]);
    const models = await ask(open.url, "/v1/models", { headers: { origin: APP } });
    expect([models.status, cors(models.headers)]).toEqual([200, []]);
  });

  test("is for the origins that are named, without a key too", async () => {
    const before = await preflight(listed.url, { origin: APP });
    expect(before.headers).toMatchObject({
      "access-control-allow-origin": APP,
      vary: expect.stringMatching(/origin/i),
    });
    const headers = { origin: APP, "sec-fetch-site": "cross-site" };
    const answer = await ask(listed.url, CHAT, { body, headers });
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([200, APP]);
    for (const origin of [EVIL, "null", "https://app.example.com.evil.example", "http://app.example.com"]) {
      expect(cors((await preflight(listed.url, { origin })).headers)).toEqual([]);
      const other = await ask(listed.url, CHAT, { body, headers: { origin } });
      expect([other.status, cors(other.headers)]).toEqual([403, []]);
      // A cache between must not hand one origin's answer to another.
      expect(other.headers.vary).toMatch(/origin/i);
    }
  });

  test.each([
    "/api/pairs",
    "/api/experiments",
    "/API/pairs",
    "/ui/",
    "/ui/session",
    "/metrics",
    "/health/liveliness",
    "/",
  ])("is never for %s", async (path) => {
    for (const gateway of [keyed, listed]) {
      expect(cors((await preflight(gateway.url, { origin: APP }, path)).headers)).toEqual([]);
      expect(cors((await ask(gateway.url, path, { headers: { origin: APP } })).headers)).toEqual([]);
    }
  });
});

describe("an answer", () => {
  test("that is HTML runs nothing in a browser", async () => {
    const html = await openUpstream((_body, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<script>alert(1)</script>");
    });
    const gateway = await startGateway(usualSettings(html.url));
    const answers = [
      await ask(gateway.url, CHAT, { body }),
      await ask(open.url, CHAT, { body: { ...body, model: "sim/gpt-4o@fail-html" } }),
      await ask(open.url, "/nowhere"),
      await ask(open.url, "/v1/models"),
    ];
    for (const { headers } of answers) {
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
    }
    await gateway.stop();
    await html.close();
  });

  test.each(["/api/pairs", "/api/experiments", "/api/queues", "/api/nowhere"])(
    "of %s is kept in no cache, errors included",
    async (path) => {
      for (const gateway of [open, keyed]) {
        expect((await ask(gateway.url, path)).headers["cache-control"]).toBe("no-store");
      }
    },
  );
});

describe("a gateway that anybody can reach", () => {
  const warnings = ({ logged }: RunningGateway): readonly string[] =>
    logged.filter(({ level }) => level === "warn").map(({ message }) => message);

  test("warns when it has no key, or when pages of all sites may use it without", async () => {
    const wide = await startGateway(usualSettings(upstream), { host: "0.0.0.0" });
    expect(warnings(wide)).toEqual([expect.stringContaining("no master key is set and others can reach this gateway")]);
    // The port is published as another outside of a container.
    expect((await ask(wide.url, "/v1/models", { headers: { host: "127.0.0.1:4871" } })).status).toBe(200);
    expect((await ask(wide.url, "/v1/models", { headers: { host: "0.0.0.0:4871" } })).status).toBe(200);
    expect((await ask(wide.url, "/v1/models", { headers: { host: "evil.example:4871" } })).status).toBe(403);
    expect((await ask(wide.url, "/v1/models", { headers: { host: "10.1.2.3:4871" } })).status).toBe(403);
    await wide.stop();
    const pages = await startGateway(usualSettings(upstream, { general_settings: { cors_origins: "*" } }));
    expect(warnings(pages)).toEqual([expect.stringContaining("general_settings.cors_origins is *")]);
    await pages.stop();
  });

  test("has nothing to warn of with a key", async () => {
    const wide = await startGateway(usualSettings(upstream, { general_settings: { master_key: KEY } }), {
      host: "0.0.0.0",
    });
    expect(warnings(wide)).toEqual([]);
    await wide.stop();
  });
});
