import { describe, expect, test } from "vitest";
import { errorFields } from "./logger.ts";

describe("errorFields", () => {
  test.for<readonly [error: unknown, expected: object]>([
    [new TypeError("wrong"), { error: "TypeError: wrong" }],
    [
      Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
      { error: "Error: refused", error_code: "ECONNREFUSED" },
    ],
    [Object.assign(new Error("odd"), { code: 7 }), { error: "Error: odd" }],
    ["a text", { error: "a text" }],
    [undefined, { error: "undefined" }],
    [null, { error: "null" }],
  ])("of %s", ([error, expected]) => {
    expect(errorFields(error)).toEqual(expected);
  });
});
