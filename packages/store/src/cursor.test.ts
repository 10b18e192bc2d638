import { assert, maxSafeInteger, property, record, string } from "fast-check";
import { expect, test } from "vitest";

import { decodeCursor, encodeCursor } from "./cursor.ts";
import { InvalidCursorError } from "./store.ts";

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
