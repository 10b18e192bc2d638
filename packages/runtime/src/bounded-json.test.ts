import { startCpuTimer } from "./index.fixture.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isTooDeep, JsonTooDeepError, MAX_JSON_DEPTH, parseBoundedJson } from "./bounded-json.ts";

const arrays = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

function read(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch (error) {
    return error instanceof JsonTooDeepError ? "too deep" : error;
  }
}

test("JSON of the deepest level that is let in is parsed, and one level more is refused", () => {
  for (const nested of [arrays, objects]) {
    expect(isTooDeep(parseBoundedJson(nested(MAX_JSON_DEPTH)))).toBe(false);
    expect(() => parseBoundedJson(nested(MAX_JSON_DEPTH + 1))).toThrow(JsonTooDeepError);
    expect(isTooDeep(JSON.parse(nested(MAX_JSON_DEPTH + 1)))).toBe(true);
  }
});

test("levels that follow one another are not added up", () => {
  const many = `[${arrays(300)},${objects(300)},${Array.from({ length: 2_000 }, () => "[{}]").join(",")}]`;
  expect(parseBoundedJson(many)).toHaveLength(2_002);
});

test("brackets within strings are no levels, however the strings are written", () => {
  const text = "[{".repeat(2_000);
  for (const written of [text, `\\${text}`, `"${text}\\"`, `\\\\"${text}`, `${text}\\\\\\`]) {
    expect(parseBoundedJson(JSON.stringify({ written, [written]: [written] }))).toHaveProperty("written", written);
  }
});

test("a value is as deep as its text is, and whatever is not too deep is parsed as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(600), (value, around) => {
      const text = `${"[".repeat(around)}${JSON.stringify(value)}${"]".repeat(around)}`;
      const parsed: unknown = JSON.parse(text);
      expect(read(text)).toEqual(isTooDeep(parsed) ? "too deep" : parsed);
    }),
  );
});

test("text that is no JSON is a syntax error, also where it is long", () => {
  for (const text of ["", "{", `"${"[".repeat(2_000)}`, "]".repeat(2_000), "\\".repeat(5_000)]) {
    expect(() => parseBoundedJson(text)).toThrow(SyntaxError);
  }
});

test("ten megabytes of brackets, backslashes or quotes are refused in well under a second", () => {
  const cpuMs = startCpuTimer();
  for (const unit of ["[", '{"a":', "\\", '"\\"', '\\"']) {
    expect(() => parseBoundedJson(unit.repeat(10_000_000 / unit.length))).toThrow(/nested deeper|JSON/);
  }
  expect(cpuMs()).toBeLessThan(2_000);
});
