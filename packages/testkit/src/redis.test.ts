import { afterAll, expect, test } from "vitest";

import { stopAll } from "./closing.ts";
import { describeWith } from "./describe-with.ts";
import { ask } from "./local-port.ts";
import { startRedis, startRedisContainer, type TestRedis } from "./redis.ts";

afterAll(stopAll);

/** What a key holds that was set before the server crashed and came back. */
async function keptOverACrash(redis: TestRedis): Promise<string> {
  await ask(redis.port, "SET kept yes\r\n");
  await redis.kill();
  await expect(ask(redis.port, "PING\r\n")).rejects.toThrow(/ECONNREFUSED|ECONNRESET|closed the connection/);
  await redis.restart();
  const kept = await ask(redis.port, "GET kept\r\n");
  await redis.stop();
  return kept;
}

async function answerAfterAPause(redis: TestRedis): Promise<string> {
  await redis.pause();
  await expect(ask(redis.port, "PING\r\n")).rejects.toThrow("no answer");
  await redis.resume();
  const answer = await ask(redis.port, "PING\r\n");
  await redis.stop();
  return answer;
}

await describeWith({ redis: true }, "a private Redis", () => {
  test("keeps an append-only file over a crash", async () => {
    expect(await keptOverACrash(await startRedis({ appendonly: true }))).toBe("$3\r\nyes\r\n");
  });

  test("forgets everything at a restart without one", async () => {
    const redis = await startRedis();
    await ask(redis.port, "SET kept yes\r\n");
    await redis.restart();
    expect(await ask(redis.port, "GET kept\r\n")).toBe("$-1\r\n");
    await redis.stop();
  });

  test("hangs while paused", async () => {
    expect(await answerAfterAPause(await startRedis())).toBe("+PONG\r\n");
  });

  test("stops while paused", async () => {
    const redis = await startRedis();
    await redis.pause();
    await redis.stop();
    await expect(ask(redis.port, "PING\r\n")).rejects.toThrow("ECONNREFUSED");
  });
});

await describeWith({ docker: true }, "Redis in a container", () => {
  test("answers PING", async () => {
    const redis = await startRedisContainer();
    expect(await ask(redis.port, "PING\r\n")).toBe("+PONG\r\n");
    await redis.stop();
  });

  test("keeps an append-only file over a crash", async () => {
    expect(await keptOverACrash(await startRedisContainer({ appendonly: true }))).toBe("$3\r\nyes\r\n");
  });

  test("hangs while paused", async () => {
    expect(await answerAfterAPause(await startRedisContainer())).toBe("+PONG\r\n");
  });
});
