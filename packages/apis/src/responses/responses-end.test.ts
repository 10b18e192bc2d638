import { describe, expect, test } from "vitest";
import type { Progress } from "../api.ts";
import { readResponses } from "./read-responses.ts";
import { ResponsesEnd } from "./responses-end.ts";
import * as sample from "./streams.fixture.ts";

interface Seen {
  readonly progress: Progress;
  readonly error: string | null;
}

function seenIn(pieces: readonly Uint8Array[]): Seen {
  const end = new ResponsesEnd();
  for (const piece of pieces) end.push(piece);
  return { progress: end.progress, error: end.errorBytes === null ? null : readResponses(end.errorBytes).error_body };
}

function cut(bytes: Buffer, size: number): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

const STREAMS: readonly (readonly [string, readonly string[], boolean])[] = [
  ["text", sample.TEXT_STREAM, false],
  ["calls", sample.CALLS_STREAM, false],
  ["length", sample.LENGTH_STREAM, false],
  ["failure", sample.FAILED_STREAM, true],
  ["error", sample.ERROR_STREAM, true],
];

describe("a stream is over with its last event, wherever its bytes are cut", () => {
  test.each(STREAMS)("%s", (_what, events, fails) => {
    const bytes = Buffer.from(events.join(""));
    const whole = seenIn([bytes]);
    expect(whole).toEqual({ progress: "done", error: fails ? readResponses(bytes).error_body : null });
    for (let at = 0; at <= bytes.length; at += 1) {
      expect([at, seenIn([bytes.subarray(0, at), bytes.subarray(at)])]).toEqual([at, whole]);
    }
    expect(seenIn(events.map((event) => Buffer.from(event)))).toEqual(whole);
    expect(seenIn(cut(bytes, 1))).toEqual(whole);
  });

  test.each(STREAMS)("%s, and not before it is", (_what, events) => {
    const bytes = Buffer.from(events.join(""));
    expect(seenIn([bytes.subarray(0, -1)]).progress).not.toBe("done");
    expect(seenIn([Buffer.from(events.slice(0, -1).join(""))]).progress).toBe("going");
  });

  test.each([
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("%s", (_what, lineEnd) => {
    const bytes = Buffer.from(sample.TEXT_STREAM.join("").replaceAll("\n", lineEnd));
    const almost = bytes.subarray(0, -lineEnd.length);
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      expect([size, seenIn(cut(bytes, size)).progress]).toEqual([size, "done"]);
      expect([size, seenIn(cut(almost, size)).progress]).toEqual([size, "going"]);
    }
  });
});

describe("the last event is known", () => {
  const data = '{"type":"response.completed","response":{}}';
  test.each<readonly [string, string, Progress]>([
    ["by its name alone", "event: response.completed\ndata: {}\n\n", "done"],
    ["by its type alone", `data: ${data}\n\n`, "done"],
    ["with no blanks", `event:response.completed\ndata:${data}\n\n`, "done"],
    ["with blanks", `data: ${data.replace('"type":', '"type" : ')}\n\n`, "done"],
    ["as an error without a type", 'data: {"error":{"message":"m"}}\n\n', "done"],
    ["not by an error that is null", 'data: {"error":null}\n\n', "going"],
    ["not by another name", "event: response.completed_soon\ndata: {}\n\n", "going"],
    [
      "not by a text that speaks of it",
      sample.eventsOf({ type: "response.x", delta: `\n\nevent: error\n\ndata: ${data}\n\n` }).join(""),
      "going",
    ],
    [
      "not by a tool that speaks of it",
      sample
        .eventsOf({ type: "response.created", response: { tools: [{ type: "error", error: { type: "error" } }] } })
        .join(""),
      "going",
    ],
  ])("%s", (_what, text, progress) => {
    expect(seenIn([Buffer.from(text)]).progress).toBe(progress);
  });
});

test("a failure is known before its event has ended, and what follows the last event says nothing", () => {
  const end = new ResponsesEnd();
  const failing = sample.FAILED_STREAM.at(-1) ?? "";
  expect(end.push(Buffer.from(sample.FAILED_STREAM[0] ?? ""))).toBe(true);
  expect(end.push(Buffer.from(failing.slice(0, 60)))).toBe(true);
  expect(end.progress).toBe("failed");
  expect(end.push(Buffer.from(failing.slice(60)))).toBe(true);
  expect(end.progress).toBe("done");
  expect(end.push(Buffer.from(": ping\n\n"))).toBe(false);
});
