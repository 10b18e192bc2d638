import { openProxy } from "@understudy/router/fixture";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { modelEntry, PLAIN_ROUTER, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream } from "./fixtures/upstream.fixture.ts";

const ANSWER = '{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}';

async function asked(env: (proxy: string) => Readonly<Record<string, string>>) {
  const upstream = await openUpstream((_body, response) => response.end(ANSWER));
  const proxy = await openProxy();
  const settings = { model_list: [modelEntry("main", "m", upstream.url)], router_settings: PLAIN_ROUTER };
  const gateway = await startGateway(settings, { env: env(proxy.url) });
  onTestFinished(async () => {
    await gateway.stop();
    await proxy.close();
    await upstream.close();
  });
  const { status } = await ask(gateway.url, "/v1/chat/completions", { body: { model: "main", messages: sayHello } });
  return { status, through: proxy.seen.length };
}

test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("the primary call goes through %s", async (name) => {
  expect(await asked((proxy) => ({ [name]: proxy }))).toEqual({ status: 200, through: 1 });
});

test("and fails where nobody is at the proxy", async () => {
  expect(await asked(() => ({ HTTP_PROXY: "http://127.0.0.1:9", NODE_USE_ENV_PROXY: "1" }))).toEqual({
    status: 503,
    through: 0,
  });
});

test("and goes straight where NO_PROXY names the provider, or only https has a proxy", async () => {
  expect(await asked((proxy) => ({ HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" }))).toEqual({ status: 200, through: 0 });
  expect(await asked((proxy) => ({ HTTPS_PROXY: proxy }))).toEqual({ status: 200, through: 0 });
});
