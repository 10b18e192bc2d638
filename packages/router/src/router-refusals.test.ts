import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { ask, MESSAGES, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();
const silently = { role: "silent", persist: false } as const;
const ANSWER = '{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}';

type Body = Readonly<Record<string, unknown>>;

/** A server that answers with what `refuse` says of a request, or with an answer. */
async function picky(
  refuse: (body: Body) => { readonly message: string; readonly code?: string; readonly param?: string } | null,
) {
  const seen: Body[] = [];
  const { url } = await serve((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const body = JSON.parse(text) as Body;
      seen.push(body);
      const error = refuse(body);
      if (error === null) response.end(ANSWER);
      else response.writeHead(400).end(JSON.stringify({ error }));
    });
  });
  return { seen, params: { model: "hosted_vllm/m", api_base: url.replace("/chat/completions", "") } };
}

/** Names the first that it does not know. */
const knowsOnly =
  (...known: string[]) =>
  (body: Body) => {
    const unknown = Object.keys(body).find((key) => !["model", "messages", "stream", ...known].includes(key));
    return unknown === undefined ? null : { message: `Unrecognized request argument supplied: ${unknown}` };
  };

const bodyWith = (count: number): Body => ({
  model: "chat",
  messages: MESSAGES,
  ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`custom_param_${index}`, index])),
});

describe("a candidate that names one unknown parameter after the other", () => {
  test("ends with an answer, and is sent right at once the next time", async () => {
    const server = await picky(knowsOnly());
    const router = fixture.router([["chat", "m", server.params]]);
    const { record } = await ask(router, "chat", { ...silently, body: bodyWith(6) });
    expect(record).toMatchObject({ status: "ok", error: null });
    expect(record.attempts).toHaveLength(7);
    expect(record.changes).toHaveLength(6);
    const again = await ask(router, "chat", { ...silently, body: bodyWith(6) });
    expect(again.record.attempts).toHaveLength(1);
    expect(again.record.changes).toEqual(record.changes);
  });

  test("is asked nine times and no more, then it is ours and not the candidate's; the next call goes on from there", async () => {
    const server = await picky(knowsOnly());
    const router = fixture.router([["chat", "m", server.params]]);
    const { record } = await ask(router, "chat", { ...silently, body: bodyWith(12) });
    expect(record).toMatchObject({ status: "error", error: { kind: "bad_request", our_adaptation: "rounds_used_up" } });
    expect([record.attempts.length, record.changes.length]).toEqual([9, 8]);
    const next = await ask(router, "chat", { ...silently, body: bodyWith(12) });
    expect(next.record).toMatchObject({ status: "ok" });
    expect([next.record.attempts.length, next.record.changes.length]).toEqual([4, 12]);
  });

  test("is asked no longer than one call may take", async () => {
    const clock = createSkippingClock();
    const server = await picky((body) => {
      clock.advance(400);
      return knowsOnly()(body);
    });
    const router = fixture.router([["chat", "m", server.params]], {}, { clock });
    const { record } = await ask(router, "chat", { ...silently, timeoutMs: 1_000, body: bodyWith(12) });
    expect(record.attempts.length).toBeLessThanOrEqual(3);
    expect(record.status).toBe("error");
  });

  test("is not known of another deployment, and of no primary call", async () => {
    const [one, other] = [await picky(knowsOnly()), await picky(knowsOnly("custom_param_0"))];
    const router = fixture.router([
      ["chat", "m", one.params],
      ["other", "m", other.params],
    ]);
    await ask(router, "chat", { ...silently, body: bodyWith(1) });
    await ask(router, "other", { ...silently, body: bodyWith(1) });
    expect(other.seen).toMatchObject([{ custom_param_0: 0 }]);
    expect((await ask(router, "chat", { body: bodyWith(1) })).call.status).toBe(400);
    expect(one.seen.at(-1)).toMatchObject({ custom_param_0: 0 });
  });
});

test("what was learnt is forgotten after an hour", async () => {
  const clock = createSkippingClock();
  const server = await picky(knowsOnly());
  const router = fixture.router([["chat", "m", server.params]], {}, { clock });
  const attempts = async () => (await ask(router, "chat", { ...silently, body: bodyWith(1) })).record.attempts.length;
  expect([await attempts(), await attempts()]).toEqual([2, 1]);
  clock.advance(3_600_000);
  expect(await attempts()).toBe(2);
});

test("a value that is refused is left out, and another value of the same parameter is sent", async () => {
  const server = await picky((body) =>
    body["reasoning_effort"] === "bogus"
      ? {
          message: "Unsupported value: 'bogus'. Supported values are: 'low'.",
          code: "unsupported_value",
          param: "reasoning_effort",
        }
      : null,
  );
  const router = fixture.router([["chat", "m", server.params]]);
  const asked = (reasoning_effort: string) =>
    ask(router, "chat", { ...silently, body: { model: "chat", messages: MESSAGES, reasoning_effort } });
  expect((await asked("bogus")).record).toMatchObject({ status: "ok", attempts: [{}, {}] });
  expect((await asked("low")).record.changes).toEqual([]);
  expect(server.seen.at(-1)).toMatchObject({ reasoning_effort: "low" });
  expect((await asked("bogus")).record.attempts).toHaveLength(1);
});

test("a cap that is refused under both names is left out", async () => {
  const server = await picky((body) => {
    const cap = ["max_tokens", "max_completion_tokens"].find((name) => name in body);
    return cap === undefined
      ? null
      : { message: `Unsupported parameter: '${cap}'`, code: "unsupported_parameter", param: cap };
  });
  const router = fixture.router([["chat", "m", server.params]]);
  const body = { model: "chat", messages: MESSAGES, max_tokens: 5 };
  const { record } = await ask(router, "chat", { ...silently, body });
  expect(record).toMatchObject({ status: "ok", changes: [{ action: "renamed" }, { action: "dropped" }] });
  expect((await ask(router, "chat", { ...silently, body })).record.attempts).toHaveLength(1);
});

test("what the deployment sets and its server refuses is left out too", async () => {
  const server = await picky(knowsOnly("max_tokens"));
  const router = fixture.router([["chat", "m", { ...server.params, top_k: 5, max_tokens: 7 }]]);
  const { record } = await ask(router, "chat", silently);
  expect(record).toMatchObject({ status: "ok", changes: [{ param: "top_k", action: "dropped" }] });
  expect(server.seen.at(-1)).toMatchObject({ max_tokens: 7 });
});

describe("a refusal in which nothing can be left out", () => {
  test.each([
    [
      "is ours where it names nothing of the task",
      { message: "Unknown parameter: 'internal_flag'", code: "unknown_parameter", param: "internal_flag" },
      "nothing_to_leave_out",
    ],
    [
      "is the candidate's where it cannot take the tools",
      { message: "tools are not supported", code: "unsupported_parameter", param: "tools" },
      undefined,
    ],
    ["is the candidate's where it says nothing of parameters", { message: "bad" }, undefined],
  ])("%s", async (_what, error, expected) => {
    const server = await picky(() => error);
    const { record } = await ask(fixture.router([["chat", "m", server.params]]), "chat", silently);
    expect(record).toMatchObject({ status: "error", error: { kind: "bad_request" } });
    expect(record.error?.our_adaptation).toBe(expected);
  });
});

test("what was changed stands on a record that failed for another reason, too", async () => {
  let calls = 0;
  const { url } = await serve((request, response) => {
    request.resume();
    calls += 1;
    const error =
      calls === 1 ? { message: "Unrecognized request argument supplied: custom_param_0" } : { message: "down" };
    response.writeHead(calls === 1 ? 400 : 500).end(JSON.stringify({ error }));
  });
  const params = { model: "hosted_vllm/m", api_base: url.replace("/chat/completions", "") };
  const { record } = await ask(fixture.router([["chat", "m", params]]), "chat", {
    ...silently,
    body: { ...bodyWith(1), user: "u" },
  });
  expect(record).toMatchObject({
    status: "error",
    error: { kind: "server_error" },
    changes: [
      { param: "user", action: "stripped" },
      { param: "custom_param_0", action: "dropped" },
    ],
  });
  expect(record.error?.our_adaptation).toBeUndefined();
});
