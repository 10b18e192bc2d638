import { resolveConfig } from "@understudy/config";
import { createSkippingClock } from "@understudy/runtime/fixture";
import { createSimulator } from "@understudy/simulator";
import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, requestFor, textOf } from "./call/router.fixture.ts";
import { type CallRouter, createCallRouter } from "./router.ts";
import { serve } from "./transport/server.fixture.ts";
import type { HttpTransport } from "./transport/transport.ts";
import { createUndiciTransport } from "./transport/undici-transport.ts";

/** Two accounts, neither of which knows the other's answers. */
const accounts = { a: createSimulator({ seed: "a" }), b: createSimulator({ seed: "b" }) };
const bases = { a: "", b: "" };
const transport = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 16 });

beforeAll(async () => {
  for (const name of ["a", "b"] as const) bases[name] = `${(await accounts[name].start()).url}/v1`;
});
beforeEach(() => {
  accounts.a.reset();
  accounts.b.reset();
});
afterAll(async () => {
  await transport.close();
  await accounts.a.stop();
  await accounts.b.stop();
});

type Entry = readonly [group: string, model: string, base: string];

/** Deployments are `d0`, `d1`, … as listed, and picks go to the first. */
function routerOf(
  entries: readonly Entry[],
  router_settings: object = {},
  over: HttpTransport = transport,
): CallRouter {
  const model_list = entries.map(([model_name, model, api_base], index) => ({
    model_name,
    litellm_params: { model: `openai/${model}`, api_base, api_key: "sk-test-key" },
    model_info: { id: `d${index}` },
  }));
  const config = resolveConfig({ model_list, router_settings: { num_retries: 0, ...router_settings } }, {});
  return createCallRouter(config, { transport: over, clock: createSkippingClock(), random: () => 0 });
}

const bothAccounts = (settings: object = {}): CallRouter =>
  routerOf(
    [
      ["gpt", "gpt-4o", bases.a],
      ["gpt", "gpt-4o", bases.b],
    ],
    settings,
  );

const asked = (more: object = {}, headers: Readonly<Record<string, string>> = {}) => ({
  operation: "responses" as const,
  body: { model: "gpt", input: "What is the capital of France?", ...more },
  headers,
});

const idIn = (text: string): string => /"id":\s*"(resp_[^"]+)"/.exec(text)?.[1] ?? "none";

/** An answer that the second deployment made, since the first failed. */
async function madeBySecond(router: CallRouter, more: object = {}): Promise<string> {
  accounts.a.scriptOnce("gpt-4o", ["fail-500"]);
  const { text, record } = await ask(router, "gpt", asked(more));
  expect(record).toMatchObject({ status: "ok", deployment: "d1" });
  return idIn(text);
}

const triedBy = (record: { readonly attempts: readonly { readonly deployment: string }[] }): readonly string[] =>
  record.attempts.map(({ deployment }) => deployment);

const ONCE = { num_retries: 1, disable_cooldowns: true };

describe("a request that goes on from an earlier answer", () => {
  test.each([{}, { stream: true }])("goes to the account that made it: %j", async (more) => {
    const router = bothAccounts(ONCE);
    const previous_response_id = await madeBySecond(router, more);
    const { record } = await ask(router, "gpt", asked({ previous_response_id, ...more }));
    expect(record).toMatchObject({ status: "ok", deployment: "d1" });
    expect(triedBy(record)).toEqual(["d1"]);
    // Others go where they always went.
    expect(triedBy((await ask(router, "gpt", asked())).record)).toEqual(["d0"]);
  });

  test("is asked of one account after the other where nobody here has seen it made", async () => {
    const previous_response_id = await madeBySecond(bothAccounts(ONCE));
    const router = bothAccounts();
    const first = await ask(router, "gpt", asked({ previous_response_id }));
    expect(first.record).toMatchObject({ status: "ok", deployment: "d1" });
    expect(triedBy(first.record)).toEqual(["d0", "d1"]);
    // That the first did not know it is no failure of its own, and the chain's next is known.
    expect(triedBy((await ask(router, "gpt", asked())).record)).toEqual(["d0"]);
    const next = await ask(router, "gpt", asked({ previous_response_id: idIn(first.text) }));
    expect(triedBy(next.record)).toEqual(["d1"]);
  });

  test("that no account knows is refused in a provider's own words", async () => {
    const { call, record } = await ask(bothAccounts(), "gpt", asked({ previous_response_id: "resp_nobodys" }));
    expect(call.error).toMatchObject({ kind: "bad_request", code: "previous_response_not_found" });
    expect(triedBy(record)).toEqual(["d0", "d1"]);
    expect(call.errorText()).toContain("resp_nobodys");
  });

  test("waits for an account that rests, and is not told that its answer is unknown", async () => {
    const router = bothAccounts({ num_retries: 1, cooldown_time: 30 });
    const previous_response_id = await madeBySecond(router);
    accounts.b.scriptOnce("gpt-4o", ["fail-429"]);
    await ask(router, "gpt", { ...asked({ previous_response_id }), persist: false });
    const { call, record } = await ask(router, "gpt", asked({ previous_response_id }));
    expect(call).toMatchObject({ status: 429, retryAfterMs: 30_000 });
    expect(record.attempts).toEqual([]);
  });

  test("is not told so either where the account that may know it fails", async () => {
    const previous_response_id = await madeBySecond(bothAccounts(ONCE));
    accounts.b.script("gpt-4o", "fail-500");
    const { call, record } = await ask(bothAccounts(), "gpt", asked({ previous_response_id }));
    expect(call.error).toMatchObject({ kind: "server_error", status: 500 });
    expect(triedBy(record)).toEqual(["d0", "d1"]);
  });

  const APART: readonly Entry[] = [
    ["gpt", "gpt-4o", ""],
    ["other", "gpt-4o", ""],
  ];
  const apart = (settings: object = {}): CallRouter =>
    routerOf(
      APART.map(([group, model], index) => [group, model, index === 0 ? bases.a : bases.b]),
      settings,
    );

  test("is told where its answer lies in an account that the group has not", async () => {
    const router = apart();
    const previous_response_id = idIn((await ask(router, "other", asked())).text);
    const { call, record } = await ask(router, "gpt", asked({ previous_response_id }));
    expect(record.attempts).toEqual([]);
    expect(call.error).toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    expect(call.error?.message).toContain(previous_response_id);
  });

  test("follows its answer to the fallback that made it", async () => {
    const router = apart({ fallbacks: [{ gpt: ["other"] }] });
    accounts.a.scriptOnce("gpt-4o", ["fail-500"]);
    const { text, record } = await ask(router, "gpt", asked());
    expect(record).toMatchObject({ status: "ok", deployment: "d1" });
    const followed = await ask(router, "gpt", asked({ previous_response_id: idIn(text) }));
    expect(followed.record).toMatchObject({ status: "ok", deployment: "d1" });
    expect(triedBy(followed.record)).toEqual(["d1"]);
  });
});

describe("what is asked of a kept answer", () => {
  test("is asked of the account that made it first", async () => {
    const router = bothAccounts(ONCE);
    const id = await madeBySecond(router);
    accounts.a.reset();
    const passed = await router.passOn({ ...beside("GET", `/${id}`), model: null, answer: id });
    expect(passed?.status).toBe(200);
    expect(accounts.a.requestCount()).toBe(0);
  });

  test("such as the tokens of a request that goes on from it, is asked of the next where one does not know it", async () => {
    const previous_response_id = await madeBySecond(bothAccounts(ONCE));
    const body = { model: "gpt", input: "And of Spain?", previous_response_id };
    const about = { body, answer: previous_response_id, model: { group: "gpt", requested: "gpt" } };
    const passed = await bothAccounts().passOn({ ...beside("POST", "/input_tokens"), ...about });
    expect(passed?.status).toBe(200);
  });

  const beside = (method: "GET" | "POST", behind: string) => ({
    api: "responses" as const,
    method,
    behind,
    body: null,
    written: null,
    headers: {},
    signal: new AbortController().signal,
  });
});

describe("a header that a provider gives to be handed back", () => {
  const HEADER = "x-codex-turn-state";

  /** Answers with a header of its own, or a failure where it is told so. */
  async function account(name: string) {
    const seen: IncomingHttpHeaders[] = [];
    const state = { fails: false };
    const { url } = await serve((request, response) => {
      seen.push(request.headers);
      request.resume();
      const body = { id: `resp_${name}`, object: "response", status: "completed", output: [message] };
      const headers = { "content-type": "application/json", [HEADER]: `turn-of-${name}` };
      response.writeHead(state.fails ? 500 : 200, headers).end(JSON.stringify(state.fails ? { error: {} } : body));
    });
    return { base: url.replace("/chat/completions", ""), seen, state };
  }
  const content = [{ type: "output_text", text: "Paris." }];
  const message = { type: "message", role: "assistant", content };

  test("is, to the account that gave it, which is called before others", async () => {
    const [one, other] = [await account("one"), await account("other")];
    const router = routerOf(
      [
        ["gpt", "gpt-4o", one.base],
        ["gpt", "gpt-4o", other.base],
      ],
      ONCE,
    );
    one.state.fails = true;
    const { call } = await ask(router, "gpt", asked({ store: false }));
    expect(call.headers[HEADER]).toBe("turn-of-other");
    one.state.fails = false;
    const turn = { [HEADER]: "turn-of-other" };
    expect((await ask(router, "gpt", asked({ store: false }, turn))).record.deployment).toBe("d1");
    expect(other.seen.at(-1)).toMatchObject(turn);
    // Where that one fails another takes over, to which it means nothing.
    other.state.fails = true;
    expect((await ask(router, "gpt", asked({ store: false }, turn))).record.deployment).toBe("d0");
    expect(one.seen.at(-1)).not.toHaveProperty(HEADER);
  });

  test("is where there is but one account, or nobody knows whose it is", async () => {
    const one = await account("one");
    const turn = { [HEADER]: "turn-of-somebody" };
    for (const router of [
      routerOf([["gpt", "gpt-4o", one.base]]),
      routerOf([
        ["gpt", "gpt-4o", one.base],
        ["gpt", "gpt-4o", bases.b],
      ]),
    ]) {
      await ask(router, "gpt", asked({}, turn));
      expect(one.seen.at(-1)).toMatchObject(turn);
    }
  });
});

test("a stream that says its id in pieces is remembered all the same", async () => {
  const pieces = [
    'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_in',
    '_pieces","object":"response"}}\n\ndata: {"type":"response.output_item.added","item":{"id":"msg_1"}}\n\n',
  ];
  /** As a network may hand them over. */
  const inPieces: HttpTransport = {
    ...transport,
    async send(request) {
      const response = await transport.send(request);
      return request.url.startsWith(bases.a) ? response : { ...response, body: bytesOf(pieces) };
    },
  };
  const router = routerOf(
    [
      ["gpt", "gpt-4o", bases.a],
      ["in-pieces", "gpt-4o", bases.b],
      ["gpt", "gpt-4o", bases.b],
    ],
    {},
    inPieces,
  );
  const call = await router.call(requestFor(router, "in-pieces", asked({ stream: true })));
  await textOf(call.body);
  const { record } = await ask(router, "gpt", asked({ stream: true, previous_response_id: "resp_in_pieces" }));
  expect(triedBy(record)).toEqual(["d2"]);
});

async function* bytesOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

test("a deployment that says with 404 that it does not know an answer does not rest for it", async () => {
  const { url } = await serve((request, response) => {
    request.resume();
    const error = { message: "Response with id 'resp_1' not found.", type: "NotFoundError", code: 404 };
    response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  });
  const router = routerOf([
    ["gpt", "gpt-4o", url.replace("/chat/completions", "")],
    ["gpt", "gpt-4o", bases.b],
  ]);
  const goesOn = await ask(router, "gpt", asked({ previous_response_id: "resp_1" }));
  expect(triedBy(goesOn.record)).toEqual(["d0", "d1"]);
  expect(triedBy((await ask(router, "gpt", { operation: "chat" })).record)).toEqual(["d0"]);
});
