import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { arrivalOf, Tape } from "./tape.ts";

const MIB = 1024 * 1024;

describe("a tape", () => {
  test("holds what was put on it, and when each byte was there", () => {
    const clock = createSkippingClock();
    const tape = new Tape(clock);
    for (const text of ["one", "two", ""]) {
      clock.advance(10);
      tape.push(Buffer.from(text));
    }
    const recording = tape.recording();
    expect(Buffer.from(recording.bytes ?? []).toString()).toBe("onetwo");
    expect([0, 1, 3, 4, 6].map((offset) => arrivalOf(recording, offset))).toEqual([10, 10, 10, 20, 20]);
    expect(arrivalOf(recording, 7)).toBeNull();
  });

  test("keeps its bytes in memory of their own, and comes through a structured clone", () => {
    const tape = new Tape(createSkippingClock());
    tape.push(Buffer.from("--ok--").subarray(2, 4));
    const recording = structuredClone(tape.recording());
    expect(recording.bytes?.buffer.byteLength).toBe(2);
    expect(recording).toEqual(tape.recording());
  });

  test("ends once", () => {
    const clock = createSkippingClock();
    const tape = new Tape(clock);
    clock.advance(5);
    expect(tape.recording().endedAt).toBe(5);
    tape.end();
    clock.advance(5);
    tape.end();
    expect(tape.recording().endedAt).toBe(5);
  });

  test("lets go of an answer that is too long to keep, and says so", () => {
    const tape = new Tape(createSkippingClock());
    for (let index = 0; index < 8; index += 1) tape.push(Buffer.alloc(MIB));
    expect(tape.recording().bytes?.byteLength).toBe(8 * MIB);
    tape.push(Buffer.alloc(1));
    tape.push(Buffer.alloc(1));
    expect(tape.recording().bytes).toBeNull();
  });
});
