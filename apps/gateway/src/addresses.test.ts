import { pollUntil } from "@understudy/testkit";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { sayHello, startGateway, usualSettings } from "./fixtures/gateway.fixture.ts";

const KEY = "sk-test-master-key";
const body = { model: "main", messages: sayHello };
let refusing: string;
let silent: ReturnType<typeof createServer>;

beforeAll(async () => {
  silent = createServer();
  refusing = `http://127.0.0.1:${await listening(createServer(), true)}`;
  await listening(silent, false);
});

afterAll(() => void silent.close());

async function listening(server: ReturnType<typeof createServer>, close: boolean): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  if (close) await new Promise((resolve) => server.close(resolve));
  return port;
}

async function messageOf(base: string, general_settings: object, more: object = {}) {
  const gateway = await startGateway(usualSettings(base, { general_settings, ...more }));
  const answer = await ask(gateway.url, "/v1/chat/completions", { body, headers: { authorization: `Bearer ${KEY}` } });
  const line = await pollUntil(() => gateway.logged.find(({ message }) => message === "primary call failed"), {
    what: "the call's line",
    until: (found) => found !== undefined,
  });
  await gateway.stop();
  const { message } = (answer.json as { error: { message: string } }).error;
  return { message, logged: JSON.stringify(line) };
}

test("a provider that is not there is named by its address, and no more of it", async () => {
  const { message } = await messageOf(`${refusing.replace("//", "//user:hunter2@")}/secret/v1`, {});
  expect(message).toBe(`cannot connect to ${refusing} (ECONNREFUSED)`);
});

test("behind a master key the address is the log's alone", async () => {
  const { message, logged } = await messageOf(`${refusing}/secret/v1`, { master_key: KEY });
  expect(message).toBe("cannot connect to the provider (ECONNREFUSED)");
  expect(logged).toContain(`cannot connect to ${refusing} (ECONNREFUSED)`);
  expect(logged).not.toContain("secret");
});

test("so it is with one that takes no connection in time", async () => {
  const base = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const router_settings = { num_retries: 0, connect_timeout: 0.05 };
  const open = await messageOf(base, {}, { router_settings });
  expect(open.message).toBe(`no connection to ${base} within 50 ms (router_settings.connect_timeout)`);
  const keyed = await messageOf(base, { master_key: KEY }, { router_settings });
  expect(keyed.message).toBe("no connection to the provider within 50 ms (router_settings.connect_timeout)");
});
