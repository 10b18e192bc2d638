import { createSkippingClock } from "@understudy/runtime/fixture";
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { ask, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();

const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
});

interface Refusal {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provider that refuses so the first `times`, and then answers. */
async function refusing({ status, body = { error: { message: "no" } }, headers = {} }: Refusal, times = Infinity) {
  let calls = 0;
  const { url } = await serve((request, response: ServerResponse) => {
    request.resume();
    calls += 1;
    if (calls > times) return void response.end(ANSWER);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  return { params: { api_base: url.replace("/chat/completions", "") }, calls: () => calls };
}

const QUOTA = {
  error: { message: "You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota" },
};
const NO_RETRY = { "x-should-retry": "false" };

describe("is not tried again at the same deployment", () => {
  test.each<[string, Refusal]>([
    ["a quota that is used up", { status: 429, body: QUOTA }],
    ["a 402", { status: 402 }],
    ["a 402 that names a time", { status: 402, headers: { "retry-after": "1" } }],
    ["a 500 with x-should-retry: false", { status: 500, headers: NO_RETRY }],
    ["a 429 with x-should-retry: false and a wait", { status: 429, headers: { ...NO_RETRY, "retry-after-ms": "5" } }],
    ["a 503 with X-Should-Retry: False", { status: 503, headers: { "X-Should-Retry": " False" } }],
  ])("%s", async (_what, refusal) => {
    const alone = await refusing(refusal);
    const { call } = await ask(fixture.router([["chat", "m", alone.params]], { num_retries: 3 }), "chat");
    expect([call.status, alone.calls()]).toEqual([refusal.status, 1]);

    const [first, second] = [await refusing(refusal), await refusing({ status: 500 })];
    const group = fixture.router(
      [
        ["chat", "m", { ...first.params, order: 1 }],
        ["chat", "m", { ...second.params, order: 2 }],
      ],
      { num_retries: 3, disable_cooldowns: true },
    );
    expect((await ask(group, "chat")).call.status).toBe(500);
    expect([first.calls(), second.calls()]).toEqual([1, 3]);
  });
});

test.each([400, 401, 404, 422, 500])("x-should-retry: true has a %d tried again", async (status) => {
  const provider = await refusing({ status, headers: { "x-should-retry": "true" } }, 1);
  const { call } = await ask(fixture.router([["chat", "m", provider.params]], { num_retries: 1 }), "chat");
  expect([call.status, provider.calls()]).toEqual([200, 2]);
});

test.each([
  ["milliseconds", { "retry-after-ms": "1500.5" }, 1_500.5],
  ["seconds", { "retry-after": "2" }, 2_000],
  ["a date", { "retry-after": new Date(createSkippingClock().now() + 4_000).toUTCString() }, 4_000],
  ["milliseconds before seconds", { "retry-after-ms": "20", "retry-after": "9" }, 20],
])("the wait before a retry is read in %s", async (_unit, headers, ms) => {
  const clock = createSkippingClock();
  const provider = await refusing({ status: 429, headers }, 1);
  await ask(fixture.router([["chat", "m", provider.params]], {}, { clock }), "chat");
  expect(clock.sleeps).toEqual([ms]);
});

test("the wait that Google's error names is kept", async () => {
  const clock = createSkippingClock();
  const body = [{ error: { code: 429, message: "slow", details: [{ retryDelay: "3s" }] } }];
  const provider = await refusing({ status: 429, body }, 1);
  await ask(fixture.router([["chat", "m", provider.params]], {}, { clock }), "chat");
  expect(clock.sleeps).toEqual([3_000]);
});

test.each<[string, Refusal]>([
  ["a 402", { status: 402 }],
  ["a quota that is used up", { status: 429, body: QUOTA }],
])("%s rests the deployment", async (_what, refusal) => {
  const poor = await refusing(refusal);
  const rich = await refusing({ status: 500 }, 0);
  const router = fixture.router([
    ["chat", "m", { ...poor.params, order: 1 }],
    ["chat", "m", { ...rich.params, order: 2 }],
  ]);
  for (let asked = 0; asked < 3; asked += 1) expect((await ask(router, "chat")).call.status).toBe(200);
  expect([poor.calls(), rich.calls()]).toEqual([1, 3]);
});
