import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import type { Progress } from "../api.ts";
import { MessagesEnd } from "./messages-end.ts";
import { readMessages } from "./read-messages.ts";
import { call, delta, event, opened, PING, START, STOP, stopped, text } from "./stream.fixture.ts";

const HELLO = START + text(0, "hello");
const WHY = stopped("end_turn");
const ERROR = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';

function progressAfter(stream: string, size: number): Progress {
  const end = new MessagesEnd();
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += size) end.push(bytes.subarray(at, at + size));
  return end.progress;
}

describe("how far a stream has come", () => {
  const rows: readonly (readonly [string, string, Progress])[] = [
    ["nothing but words", HELLO, "going"],
    ["pings", HELLO + PING + PING, "going"],
    ["calls", HELLO + call(1, "f", '{"stop_reason":', '"x"}'), "going"],
    ["a reason to stop", HELLO + WHY, "counted"],
    ["a reason to stop and pings", HELLO + WHY + PING, "counted"],
    ["a reason with blanks around its colon", HELLO + WHY.replace('"stop_reason":', '"stop_reason" : '), "counted"],
    ["a delta with no reason", HELLO + WHY.replace('"end_turn"', "null"), "going"],
    ["the end mark", HELLO + WHY + STOP, "done"],
    ["the end mark, its event not yet whole", HELLO + WHY + STOP.slice(0, -4), "counted"],
    ["the end mark at the end of its line", HELLO + WHY + STOP.slice(0, -1), "done"],
    ["the end mark with more beside it", HELLO + WHY + event("message_stop", { metrics: { a: 1 } }), "done"],
    ["the end mark without a name", HELLO + WHY + 'data:{"type": "message_stop"}\n\n', "done"],
    ["the end mark at CRLF", (HELLO + WHY + STOP).replaceAll("\n", "\r\n"), "done"],
    ["the end mark at CR", (HELLO + WHY + STOP).replaceAll("\n", "\r"), "done"],
    ["the end mark first", STOP, "done"],
    ["the end mark with more behind it", HELLO + WHY + STOP + PING, "done"],
    ["a text that speaks of the end", HELLO + text(1, `\n${STOP}`, 'data: {"type":"message_stop"}'), "going"],
    ["a text that speaks of a reason", HELLO + text(1, WHY, '"stop_reason":"end_turn"'), "going"],
    ["a text that speaks of an error", HELLO + text(1, ERROR, "event: error", "\nevent: error\n"), "going"],
    [
      "a search that failed",
      HELLO + opened(1, { type: "web_search_tool_result", content: { error: { a: 1 } } }),
      "going",
    ],
    ["another event with such a name", `${HELLO}event: error_count\ndata: {"type":"error_count"}\n\n`, "going"],
    ["an error", HELLO + ERROR, "failed"],
    ["an error after the reason", HELLO + WHY + ERROR, "failed"],
    ["an error by its type", HELLO + ERROR.replace("event: error\n", ""), "failed"],
    ["an error in OpenAI's words", `${HELLO}data: {"error":{"message":"m"}}\n\n`, "failed"],
    ["an error first", ERROR, "failed"],
  ];
  test.each(rows)("%s, however the bytes are cut", (_what, stream, progress) => {
    for (const size of [stream.length, 1, 2, 3, 5, 7, 13, 29, 64, 100])
      expect([size, progressAfter(stream, size)]).toEqual([size, progress]);
  });

  test("cut in two at any byte", () => {
    const stream = Buffer.from(HELLO + call(1, "f", '{"a":1}') + PING + WHY + STOP);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const end = new MessagesEnd();
      end.push(stream.subarray(0, cut));
      end.push(stream.subarray(cut));
      expect([cut, end.progress]).toEqual([cut, "done"]);
    }
  });
});

test("whoever stops reading where it is done has the whole answer", () => {
  const stream = Buffer.from(HELLO + WHY + STOP);
  const end = new MessagesEnd();
  let at = 0;
  while (end.progress !== "done") end.push(stream.subarray(at, ++at));
  expect(readMessages(stream.subarray(0, at))).toMatchObject({ complete: true, answer: { text: "hello" } });
});

test("a sign of life is told from a piece of the answer", () => {
  const end = new MessagesEnd();
  expect(
    [START, text(0, "a"), delta(0, { type: "text_delta", text: ": ping" }), WHY, STOP].map((part) =>
      end.push(Buffer.from(part)),
    ),
  ).toEqual([true, true, true, true, true]);
  const life = [PING, PING + PING, PING.replaceAll("\n", "\r\n"), ": ping\n\n", "\n", ":", `: a\n\n${PING}`];
  expect(life.map((part) => end.push(Buffer.from(part)))).toEqual(life.map(() => false));
});

test("what an error says is kept from where it begins", () => {
  const end = new MessagesEnd();
  for (const piece of [HELLO, ERROR.slice(0, 20), ERROR.slice(20)]) end.push(Buffer.from(piece));
  expect(readMessages(end.errorBytes ?? Buffer.alloc(0)).error_body).toContain("Overloaded");
  expect(new MessagesEnd().errorBytes).toBeNull();
});

test("a line without end that comes byte by byte is looked at in linear time", () => {
  const end = new MessagesEnd();
  const byte = Buffer.from("x");
  const cpuMs = startCpuTimer();
  for (let count = 0; count < 100_000; count += 1) end.push(byte);
  expect(cpuMs()).toBeLessThan(2_000);
});
