import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import type { ToolCall } from "@understudy/contracts";
import { readChat } from "./read-chat.ts";

interface Given {
  readonly index?: number | string | null;
  readonly id?: string | null;
  readonly name?: string | null;
  readonly args?: unknown;
}

const chunk = (choice: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
const delta = (given: object): string => chunk({ delta: given });
const wireCall = ({ index, id, name, args }: Given): object => ({
  index,
  id,
  type: "function",
  function: { name, arguments: args },
});
/** One event with one piece of a call, or with several. */
const piece = (...given: readonly Given[]): string => delta({ tool_calls: given.map(wireCall) });
const END = `${chunk({ delta: {}, finish_reason: "tool_calls" })}data: [DONE]\n\n`;

function callsIn(...events: readonly string[]): readonly ToolCall[] {
  const read = readChat(Buffer.from(delta({ role: "assistant", content: "" }) + events.join("") + END));
  expect(read).toMatchObject({ complete: true, skipped_events: 0, answer: { text: null } });
  return read.answer?.tool_calls ?? [];
}

const f = { name: "f", arguments: '{"x":1}' };
const g = { name: "g", arguments: '{"y":2}' };
const F = { name: "f", args: '{"x":1}' };
const G = { name: "g", args: '{"y":2}' };

type Row = readonly [what: string, events: readonly string[], expected: readonly ToolCall[]];

describe("calls as the API has them", () => {
  test.each<Row>([
    [
      "in pieces",
      [
        piece({ index: 0, id: "1", name: "f", args: "" }),
        piece({ index: 0, args: '{"x"' }),
        piece({ index: 0, args: ":1}" }),
      ],
      [f],
    ],
    [
      "two, interleaved",
      [
        piece({ index: 0, id: "1", name: "f", args: '{"x"' }),
        piece({ index: 1, id: "2", name: "g", args: '{"y"' }),
        piece({ index: 0, args: ":1}" }),
        piece({ index: 1, args: ":2}" }),
      ],
      [f, g],
    ],
    ["two in one event", [piece({ index: 0, id: "1", ...F }, { index: 1, id: "2", ...G })], [f, g]],
    ["out of order", [piece({ index: 1, id: "2", ...G }), piece({ index: 0, id: "1", ...F })], [f, g]],
    ["an index no array has", [piece({ index: 2 ** 40, id: "1", ...F })], [f]],
    ["without arguments", [piece({ index: 0, id: "1", name: "f", args: "" })], [{ name: "f", arguments: "" }]],
    [
      "braces and quotes within the arguments",
      [piece({ index: 0, id: "1", name: "f", args: '{"x":"}{\\"' }), piece({ index: 0, args: '}"}' })],
      [{ name: "f", arguments: '{"x":"}{\\"}"}' }],
    ],
  ])("%s", (_what, events, expected) => expect(callsIn(...events)).toEqual(expected));
});

describe("whole calls that nothing tells apart but that each is whole", () => {
  test.each<Row>([
    ["index 0 and an empty id", [piece({ index: 0, id: "", ...F }), piece({ index: 0, id: "", ...G })], [f, g]],
    ["index 0 and no id", [piece({ index: 0, ...F }), piece({ index: 0, ...G })], [f, g]],
    ["no index and no id", [piece(F), piece(G)], [f, g]],
    [
      "a null index and a null id",
      [piece({ index: null, id: null, ...F }), piece({ index: null, id: null, ...G })],
      [f, g],
    ],
    ["no index, in one event", [piece(F, G)], [f, g]],
    ["index 0 and ids of their own", [piece({ index: 0, id: "1", ...F }), piece({ index: 0, id: "2", ...G })], [f, g]],
    ["one id for both", [piece({ index: 0, id: "c", ...F }), piece({ index: 0, id: "c", ...G })], [f, g]],
    ["one id for both, and no index", [piece({ id: "c", ...F }), piece({ id: "c", ...G })], [f, g]],
    [
      "indexes of their own and one id",
      [piece({ index: 0, id: "c", ...F }), piece({ index: 1, id: "c", ...G })],
      [f, g],
    ],
    [
      "the same function twice",
      [piece({ index: 0, ...F }), piece({ index: 0, name: "f", args: '{"x":2}' })],
      [f, { name: "f", arguments: '{"x":2}' }],
    ],
    ["the same call twice", [piece(F), piece(F)], [f, f]],
    [
      "an index that begins anew",
      [piece({ index: 0, ...F }, { index: 1, ...G }), piece({ index: 0, name: "h", args: "{}" })],
      [f, g, { name: "h", arguments: "{}" }],
    ],
    [
      "arguments as objects",
      [piece({ index: 0, name: "f", args: { x: 1 } }), piece({ index: 0, name: "g", args: { y: 2 } })],
      [f, g],
    ],
    ["one call in place of a list of them", [delta({ tool_calls: wireCall({ index: 0, ...F }) })], [f]],
    [
      "name and arguments with nothing around them",
      [delta({ tool_calls: [{ name: "f", arguments: '{"x":1}' }] })],
      [f],
    ],
    ["arguments called parameters", [delta({ tool_calls: [{ function: { name: "f", parameters: { x: 1 } } }] })], [f]],
  ])("%s", (_what, events, expected) => expect(callsIn(...events)).toEqual(expected));
});

describe("calls in pieces that nothing tells apart but their names", () => {
  const pieces = (mark: Given): readonly string[] => [
    piece({ ...mark, name: "f", args: "" }),
    piece({ ...mark, args: '{"x"' }),
    piece({ ...mark, args: ":1}" }),
    piece({ ...mark, name: "g", args: '{"y"' }),
    piece({ ...mark, args: ":2}" }),
  ];
  test.each<Row>([
    ["no index and no id", pieces({}), [f, g]],
    ["index 0 and no id", pieces({ index: 0 }), [f, g]],
    ["index 0 and an empty id", pieces({ index: 0, id: "" }), [f, g]],
    ["index 0 and one id", pieces({ index: 0, id: "c" }), [f, g]],
    ["indexes that are text", pieces({ index: "0" }), [f, g]],
    [
      "ids that no piece after the first has",
      [piece({ id: "1", name: "f", args: '{"x"' }), piece({ args: ":1}" }), piece({ id: "2", ...G })],
      [f, g],
    ],
    [
      "ids on every piece, interleaved",
      [
        piece({ id: "1", name: "f", args: '{"x"' }),
        piece({ id: "2", name: "g", args: '{"y"' }),
        piece({ id: "1", args: ":1}" }),
        piece({ id: "2", args: ":2}" }),
      ],
      [f, g],
    ],
    [
      "another id for every piece",
      [
        piece({ index: 0, id: "1", name: "f", args: '{"x"' }),
        piece({ index: 0, id: "2", args: ":1}" }),
        piece({ index: 0, id: "3", name: "g", args: '{"y"' }),
        piece({ index: 0, id: "4", args: ":2}" }),
      ],
      [f, g],
    ],
    [
      "another id for every piece, and no index",
      [piece({ id: "1", name: "f", args: "" }), piece({ id: "2", args: '{"x"' }), piece({ id: "3", args: ":1}" })],
      [f],
    ],
    [
      "another index for every piece",
      [piece({ index: 0, id: "c", name: "f", args: '{"x"' }), piece({ index: 1, id: "c", args: ":1}" })],
      [f],
    ],
    [
      "another index for every piece, and no id",
      [piece({ index: 0, name: "f", args: '{"x"' }), piece({ index: 1, args: ":1}" })],
      [f],
    ],
    [
      "the name in every piece",
      [
        piece({ index: 0, name: "f", args: "" }),
        piece({ index: 0, name: "f", args: '{"x"' }),
        piece({ index: 0, name: "f", args: ":1}" }),
        piece({ index: 0, name: "f", args: "" }),
      ],
      [f],
    ],
    [
      "the name and another id in every piece",
      [piece({ index: 0, id: "1", name: "f", args: '{"x"' }), piece({ index: 0, id: "2", name: "f", args: ":1}" })],
      [f],
    ],
    [
      "a name in pieces",
      [
        piece({ index: 0, id: "1", name: "get_", args: "" }),
        piece({ index: 0, name: "it", args: "" }),
        piece({ index: 0, args: "{}" }),
      ],
      [{ name: "get_it", arguments: "{}" }],
    ],
    [
      "a name that grows",
      [piece({ index: 0, name: "get" }), piece({ index: 0, name: "get_it", args: "{}" })],
      [{ name: "get_it", arguments: "{}" }],
    ],
    ["a name that comes late", [piece({ index: 0, id: "1", name: "" }), piece({ index: 0, id: "1", ...F })], [f]],
    [
      "an empty object before the arguments",
      [
        piece({ index: 0, id: "1", name: "f", args: {} }),
        piece({ index: 0, args: '{"x"' }),
        piece({ index: 0, args: ":1}" }),
      ],
      [f],
    ],
    [
      "null arguments first",
      [piece({ index: 0, id: "1", name: "f", args: null }), piece({ index: 0, args: '{"x":1}' })],
      [f],
    ],
  ])("%s", (_what, events, expected) => expect(callsIn(...events)).toEqual(expected));
});

describe("calls in other places", () => {
  const older = (name: string | undefined, args: string): string => delta({ function_call: { name, arguments: args } });
  const message = { role: "assistant", content: null, tool_calls: [wireCall({ id: "1", ...F })] };
  test.each<Row>([
    ["the older form, in pieces", [older("f", '{"x"'), older(undefined, ":1}")], [f]],
    ["the older form, its name in every piece", [older("f", '{"x"'), older("f", ":1}")], [f]],
    ["a whole message in a chunk", [chunk({ message })], [f]],
    [
      "a whole message after the deltas said it",
      [piece({ index: 0, id: "1", ...F }), chunk({ delta: {}, message })],
      [f],
    ],
    [
      "the whole call again in a last delta",
      [
        piece({ index: 0, id: "1", name: "f", args: '{"x"' }),
        piece({ index: 0, args: ":1}" }),
        piece({ index: 0, id: "1", ...F }),
      ],
      [f],
    ],
    ["entries that are no calls", [delta({ tool_calls: [null, "x"] }), piece({ index: 0, ...F })], [f]],
  ])("%s", (_what, events, expected) => expect(callsIn(...events)).toEqual(expected));

  test("text that a last message repeats is said once", () => {
    const events = [
      delta({ content: "a" }),
      delta({ content: "b" }),
      chunk({ delta: {}, message: { content: "ab" }, finish_reason: "stop" }),
    ];
    expect(readChat(Buffer.from(events.join(""))).answer).toMatchObject({ text: "ab", finish_reason: "stop" });
  });

  test("text that comes in messages and never in deltas", () => {
    const events = [chunk({ message: { content: "a" } }), chunk({ message: { content: "b" }, finish_reason: "stop" })];
    expect(readChat(Buffer.from(events.join(""))).answer?.text).toBe("ab");
  });
});

test("very many calls are read in linear time", () => {
  const cpuMs = startCpuTimer();
  const many = Array.from({ length: 30_000 }, (_, index) => piece({ index, id: `c${index}`, name: "f", args: "{" }));
  expect(callsIn(...many)).toHaveLength(30_000);
  expect(cpuMs()).toBeLessThan(10_000);
});

test("a name in every one of many pieces is read in linear time", () => {
  const cpuMs = startCpuTimer();
  const many = piece({ index: 0, name: "f", args: '"' }).repeat(50_000);
  expect(callsIn(piece({ index: 0, name: "f", args: "{" }), many)[0]?.arguments).toHaveLength(50_001);
  expect(cpuMs()).toBeLessThan(3_000);
});
