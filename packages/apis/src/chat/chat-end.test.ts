import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import type { Progress } from "../api.ts";
import { ChatEnd } from "./chat-end.ts";

const chunk = (delta: object, reason: string | null = null, index = 0): string =>
  `data: ${JSON.stringify({ choices: [{ index, delta, finish_reason: reason }] })}\n\n`;
const HELLO = chunk({ content: "hello" });
const STOP = chunk({}, "stop");
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
const DONE = "data: [DONE]\n\n";

function progressAfter(text: string, size = text.length, choices = 1): Progress {
  const end = new ChatEnd(choices);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) end.push(bytes.subarray(at, at + size));
  return end.progress;
}

describe("how far a stream has come", () => {
  const rows: readonly (readonly [string, string, Progress])[] = [
    ["nothing but words", HELLO, "going"],
    ["a finish", HELLO + STOP, "finished"],
    [
      "a finish with blanks around its colon",
      HELLO + STOP.replace('"finish_reason":', '"finish_reason" : '),
      "finished",
    ],
    ["a finish and its usage", HELLO + STOP + USAGE, "counted"],
    ["usage that is null", HELLO + STOP + 'data: {"choices":[],"usage":null}\n\n', "finished"],
    ["the end mark", HELLO + STOP + USAGE + DONE, "done"],
    ["the end mark alone on its line", `${HELLO}[DONE]\n`, "done"],
    ["the end mark without a blank", `${HELLO}data:[DONE]\n\n`, "done"],
    ["the end mark at CRLF", (HELLO + DONE).replaceAll("\n", "\r\n"), "done"],
    ["the end mark at CR", (HELLO + DONE).replaceAll("\n", "\r"), "done"],
    ["the end mark first", DONE, "done"],
    ["the end mark with more behind it", `${HELLO}${DONE}: ping\n\n`, "done"],
    ["a text that speaks of the end mark", chunk({ content: "data: [DONE]\n\ndata: [DONE]" }), "going"],
    ["a text that speaks of a finish", chunk({ content: '"finish_reason":"stop" "usage":{' }), "going"],
    ["a text that speaks of an error", chunk({ content: '{"error":{"message":"event: error"}}' }), "going"],
    ["an error that is null", 'data: {"error":null,"choices":[]}\n\n', "going"],
    ["an error", `${HELLO}data: {"error":{"message":"m"}}\n\n`, "failed"],
    ["an error by its event's name", `${HELLO}event: error\ndata: {"message":"m"}\n\n`, "failed"],
    ["an error by its type", `${HELLO}data: {"type":"error","message":"m"}\n\n`, "failed"],
  ];
  test.each(rows)("%s, however the bytes are cut", (_what, text, progress) => {
    for (const size of [text.length, 1, 2, 3, 5, 7, 13, 29, 64])
      expect([size, progressAfter(text, size)]).toEqual([size, progress]);
  });

  test("of two choices both must finish", () => {
    expect(progressAfter(STOP, 9, 2)).toBe("going");
    expect(progressAfter(STOP + chunk({}, "length", 1), 9, 2)).toBe("finished");
  });
});

test("a sign of life is told from a piece of the answer once it has finished", () => {
  const end = new ChatEnd(1);
  expect([HELLO, STOP].map((text) => end.push(Buffer.from(text)))).toEqual([true, true]);
  expect([": ping\n\n", "event: ping\ndata: {}\n\n", USAGE].map((text) => end.push(Buffer.from(text)))).toEqual([
    false,
    false,
    true,
  ]);
});

test("what an error says is kept from where it begins", () => {
  const end = new ChatEnd(1);
  const error = 'data: {"error":{"message":"slow down","code":429}}\n\n';
  for (const piece of [HELLO, error.slice(0, 20), error.slice(20)]) end.push(Buffer.from(piece));
  expect(Buffer.from(end.errorBytes ?? []).toString()).toBe(error);
});

test("a line without end that comes byte by byte is looked at in linear time", () => {
  const end = new ChatEnd(1);
  const byte = Buffer.from("x");
  const cpuMs = startCpuTimer();
  for (let count = 0; count < 200_000; count += 1) end.push(byte);
  expect(cpuMs()).toBeLessThan(2_000);
});

test("an answer that says `event: error` in the midst of a line has not failed, however it is cut", () => {
  const said = `data: {"model":${JSON.stringify(`${"x".repeat(60)}event: error ${"x".repeat(60)}`)},"choices":[]}\n\n`;
  const whole = said + STOP + USAGE;
  for (let size = 1; size <= 70; size += 1) expect(progressAfter(whole, size)).toBe("counted");
});
