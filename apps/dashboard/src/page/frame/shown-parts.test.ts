import { expect, test } from "vitest";
import { shownParts } from "./shown-parts.ts";

test("what turns text around or hides in it is written out; what scripts are written with stays", () => {
  const text = (value: string): string =>
    shownParts(value)
      .map((part) => (part.control ? `<${part.text}>` : part.text))
      .join("");
  expect(text("pay \u202e001$\u202c now")).toBe("pay <U+202E>001$<U+202C> now");
  expect(text("\u2067\ufeff\u001b[31m")).toBe("<U+2067><U+FEFF><U+001B>[31m");
  const innocent = "שלום\n👩\u200d🚀\tمرحبا";
  expect(shownParts(innocent)).toEqual([{ text: innocent, control: false }]);
});
