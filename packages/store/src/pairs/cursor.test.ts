import { assert, maxSafeInteger, property, record, string } from "fast-check";
import { expect, test } from "vitest";

import { decodeCursor, encodeCursor } from "./cursor.ts";
import { InvalidCursorError } from "./pair-store.ts";

test("a position comes back as it was", () => {
  const id = string({ minLength: 1, maxLength: 50 }).filter((text) => !text.includes("\0"));
  assert(
    property(record({ createdAt: maxSafeInteger(), id }), (position) => {
      expect(decodeCursor(encodeCursor(position))).toEqual(position);
    }),
  );
});

test("anything else is refused, whatever it is", () => {
  assert(
    property(string(), (text) => {
      expect(() => decodeCursor(text)).toThrow(InvalidCursorError);
    }),
  );
  const good = encodeCursor({ createdAt: 1, id: "pair_1" });
  for (const bad of [`${good}=`, ` ${good}`, good.slice(1)]) {
    expect(() => decodeCursor(bad)).toThrow(InvalidCursorError);
  }
});

test.each([
  [1, { length: { toString: null } }],
  [{ valueOf: null, toString: null }, "a"],
  [1, ["a"]],
  [1, ""],
  { length: 2 },
])("JSON that is no position is refused: %j", (...position) => {
  const cursor = Buffer.from(JSON.stringify(position.length === 1 ? position[0] : position)).toString("base64url");
  expect(() => decodeCursor(cursor)).toThrow(InvalidCursorError);
});
