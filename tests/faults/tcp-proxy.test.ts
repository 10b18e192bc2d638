import { createServer, type Socket } from "node:net";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startProxy, type TcpProxy } from "./tcp-proxy.ts";

let echo: ReturnType<typeof createServer>;
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await startProxy({ port: (echo.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  echo.close();
});

async function open(): Promise<Socket> {
  const client = connect({ host: "127.0.0.1", port: proxy.port });
  clients.push(client);
  client.on("error", () => undefined);
  await once(client, "connect");
  return client;
}

async function echoed(client: Socket, text: string): Promise<string> {
  const answer = once(client, "data");
  client.write(text);
  return String((await answer)[0]);
}

test("passes bytes on in both directions", async () => {
  expect(await echoed(await open(), "hello")).toBe("hello");
});

test("cut: connections end, new ones too, until it heals", async () => {
  const client = await open();
  await echoed(client, "hello");
  const ended = once(client, "close");
  proxy.cut();
  await ended;
  await once(await open(), "close");
  proxy.heal();
  expect(await echoed(await open(), "again")).toBe("again");
});

test("hang: what is sent meanwhile arrives once it heals, in order", async () => {
  const client = await open();
  await echoed(client, "hello");
  proxy.hang();
  const answers: string[] = [];
  client.on("data", (bytes) => answers.push(String(bytes)));
  client.write("one ");
  client.write("two");
  const other = await open();
  proxy.delay(20);
  other.write("three");
  // A connection that is not held back has come and gone meanwhile.
  const direct = connect({ host: "127.0.0.1", port: (echo.address() as AddressInfo).port });
  clients.push(direct);
  expect(await echoed(direct, "direct")).toBe("direct");
  expect(answers).toEqual([]);
  const late = once(other, "data");
  proxy.heal();
  expect(String((await late)[0])).toBe("three");
  while (answers.join("") !== "one two") await once(client, "data");
});

test("delay: every piece comes that much later", async () => {
  const client = await open();
  proxy.delay(50);
  const begun = performance.now();
  await echoed(client, "hello");
  expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
});
