import { describe, expect, test } from "vitest";
import { Tape } from "./tape.ts";
import { createTestClock } from "./test-clock.ts";

const MIB = 1024 * 1024;

describe("a tape", () => {
  test("holds what was put on it, and when each byte was there", () => {
    const clock = createTestClock();
    const tape = new Tape(clock);
    for (const text of ["one", "two", ""]) {
      clock.advance(10);
      tape.push(Buffer.from(text));
    }
    expect(Buffer.from(tape.bytes()).toString()).toBe("onetwo");
    expect([0, 1, 3, 4, 6].map((offset) => tape.arrivalOf(offset))).toEqual([10, 10, 10, 20, 20]);
    expect(tape.arrivalOf(7)).toBeNull();
  });

  test("ends once", () => {
    const clock = createTestClock();
    const tape = new Tape(clock);
    clock.advance(5);
    expect(tape.endedAt()).toBe(5);
    tape.end();
    clock.advance(5);
    tape.end();
    expect(tape.endedAt()).toBe(5);
  });

  test("lets go of an answer that is too long to keep, and says so", () => {
    const tape = new Tape(createTestClock());
    for (let index = 0; index < 8; index += 1) tape.push(Buffer.alloc(MIB));
    expect([tape.overflowed, tape.bytes().byteLength]).toEqual([false, 8 * MIB]);
    tape.push(Buffer.alloc(1));
    tape.push(Buffer.alloc(1));
    expect([tape.overflowed, tape.bytes().byteLength]).toEqual([true, 0]);
    expect([tape.read("stream"), tape.read("chat")]).toEqual([null, null]);
  });

  test("reads a plain answer as JSON and a streamed one as events", () => {
    const tape = new Tape(createTestClock());
    tape.push(Buffer.from('{"model":"m","choices":[]}'));
    expect(tape.read("chat")).toMatchObject({ response_model: "m", complete: true });
    expect(tape.read("stream")).toMatchObject({ response_model: null, complete: false });
  });
});
