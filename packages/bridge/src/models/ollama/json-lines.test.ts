import { expect, test } from "vitest";
import { jsonLines } from "./json-lines.ts";

async function of(...chunks: readonly string[]): Promise<readonly object[]> {
  const lines: object[] = [];
  for await (const line of jsonLines(ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk))))) lines.push(line);
  return lines;
}

test("lines are read wherever their bytes are parted", async () => {
  expect(await of('{"a":1}\n{"b"', ':"ä"', "}\n\n", '{"c":3}\n')).toEqual([{ a: 1 }, { b: "ä" }, { c: 3 }]);
});

test("what has no line break behind it was cut", async () => {
  expect(await of('{"a":1}\n{"b":2}')).toEqual([{ a: 1 }]);
});

test.each([["<html>\n"], ["[1]\n"]])("%j is no line of an answer", async (text) => {
  await expect(of(text)).rejects.toThrow("no JSON object");
});

test("a line without an end is read no further than an answer may be long", async () => {
  const mebibyte = "x".repeat(1024 * 1024);
  await expect(of(...Array.from({ length: 17 }, () => mebibyte))).rejects.toThrow("does not end");
});
