import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { BlockOrder } from "./blocks.ts";

const call = (toolCallId: string, input: string): LanguageModelV4StreamPart => ({
  type: "tool-call",
  toolCallId,
  toolName: "f",
  input,
});
const begin = (id: string): LanguageModelV4StreamPart => ({ type: "tool-input-start", id, toolName: "f" });
const piece = (id: string, delta: string): LanguageModelV4StreamPart => ({ type: "tool-input-delta", id, delta });

/** What is told, a word an event: `+a` begins, `a:x` is a piece, `-a` ends. */
function told(...parts: readonly LanguageModelV4StreamPart[]): string {
  const order = new BlockOrder();
  const events = [...parts.flatMap((part) => order.push(part)), ...order.end()];
  const words = events.map((event) => {
    const name = event.block.kind === "call" ? event.block.id : event.block.kind;
    if (event.type === "piece") return `${name}:${event.text}`;
    return `${event.type === "begin" ? "+" : "-"}${name}`;
  });
  return words.join(" ");
}

test("a call that comes whole is told whole, once", () => {
  expect(told(call("a", "{}"), call("a", "{}"))).toBe("+a a:{} -a");
  expect(told(begin("a"), piece("a", "{"), piece("a", "}"), call("a", "{}"))).toBe("+a a:{ a:} -a");
});

test("calls wait for each other, whichever way they come", () => {
  expect(told(begin("a"), call("b", "2"), piece("a", "1"), call("a", "1"))).toBe("+a a:1 -a +b b:2 -b");
  expect(told(begin("a"), begin("b"), piece("b", "2"), call("a", "1"), piece("b", "3"), call("b", "23"))).toBe(
    "+a a:1 -a +b b:2 b:3 -b",
  );
});

test("a text ends where a call begins, and begins anew after it", () => {
  const text = (delta: string): LanguageModelV4StreamPart => ({ type: "text-delta", id: "t", delta });
  expect(
    told({ type: "text-start", id: "t" }, text("x"), begin("a"), call("a", "1"), text("y"), {
      type: "text-end",
      id: "t",
    }),
  ).toBe("+text text:x -text +a a:1 -a +text text:y -text");
});

test("a text that comes while a call is open waits for its end", () => {
  const text: LanguageModelV4StreamPart = { type: "text-delta", id: "t", delta: "x" };
  expect(told(begin("a"), piece("a", "1"), text, piece("a", "2"), call("a", "12"))).toBe(
    "+a a:1 a:2 -a +text text:x -text",
  );
  expect(told(begin("a"), text, begin("b"), piece("a", "1"))).toBe("+a a:1 -a +text text:x -text +b -b");
});

test("what a stream leaves open ends with it", () => {
  expect(told(begin("a"), piece("a", "1"), begin("b"), piece("b", "2"))).toBe("+a a:1 -a +b b:2 -b");
});
