import { createManualClock } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { createRoomCheck } from "./redis-room.ts";

const memory = (used: number, most: number): string => `# Memory\r\nused_memory:${used}\r\nmaxmemory:${most}\r\n`;

/** A Redis that is asked, and answers when it is told to. */
function opened() {
  const clock = createManualClock(0);
  const asked: PromiseWithResolvers<string>[] = [];
  const info = (): Promise<string> => {
    const answer = Promise.withResolvers<string>();
    asked.push(answer);
    return answer.promise;
  };
  return { clock, asked, check: createRoomCheck({ info }, clock) };
}

test("nothing is added from nine tenths on, and again below", async () => {
  const { clock, asked, check } = opened();
  check();
  asked[0]?.resolve(memory(90, 100));
  await clock.advance(25);
  expect(check).toThrow("redis is nearly full: 90 of 100 bytes");
  asked[1]?.resolve(memory(89, 100));
  await clock.advance(25);
  expect(check).not.toThrow();
});

test("a look that is not answered is the only one, and one that fails says nothing", async () => {
  const { clock, asked, check } = opened();
  for (let time = 0; time < 10; time += 1) {
    check();
    await clock.advance(25);
  }
  expect(asked).toHaveLength(1);
  asked[0]?.reject(new Error("Connection is closed."));
  await clock.advance(25);
  expect(check).not.toThrow();
  expect(asked).toHaveLength(2);
});

test("Redis is not asked twice within 25 ms", async () => {
  const { clock, asked, check } = opened();
  check();
  asked[0]?.resolve(memory(1, 100));
  await clock.advance(24);
  check();
  expect(asked).toHaveLength(1);
});

test("a Redis without a limit has room", async () => {
  const { clock, asked, check } = opened();
  check();
  asked[0]?.resolve(memory(1_000_000, 0));
  await clock.advance(25);
  expect(check).not.toThrow();
});
