import { viewRequest } from "@understudy/apis";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stratumOf } from "./stratum.ts";

const says = (content: unknown, more: object = {}) => ({ messages: [{ role: "user", content }], ...more });

test("names size, stream, tools and language", () => {
  expect(stratumOf(viewRequest("chat", says("How are you?")), 80)).toBe(
    "size=under 1 KB;stream=no;tools=no;language=latin",
  );
  expect(
    stratumOf(
      viewRequest("chat", says("Как дела?", { stream: true, tools: [{ type: "function", function: { name: "f" } }] })),
      5_000,
    ),
  ).toBe("size=4 to 16 KB;stream=yes;tools=yes;language=cyrillic");
});

test.each([
  [1_023, "under 1 KB"],
  [1_024, "1 to 4 KB"],
  [4_096, "4 to 16 KB"],
  [16_384, "16 to 64 KB"],
  [65_536, "over 64 KB"],
])("%d bytes are %s", (bytes, size) => {
  expect(stratumOf(viewRequest("chat", says("x")), bytes)).toContain(`size=${size};`);
});

test.each([
  ["Où est la bibliothèque ?", "latin"],
  ["ποῦ εἶναι ἡ βιβλιοθήκη", "greek"],
  ["איפה הספרייה", "hebrew"],
  ["أين المكتبة", "arabic"],
  ["पुस्तकालय कहाँ है", "indic"],
  ["ห้องสมุดอยู่ที่ไหน", "thai"],
  ["図書館はどこですか", "cjk"],
  ["图书馆在哪里", "cjk"],
  ["도서관이 어디에 있습니까", "hangul"],
  ["Translate: Привет, как у тебя сегодня дела?", "cyrillic"],
  ["12 + 30 = ?", "none"],
  ["", "none"],
])("%s is written in %s", (text, script) => {
  expect(stratumOf(viewRequest("chat", says(text)), 1)).toMatch(new RegExp(`language=${script}$`));
});

test("what was said last decides, also where it stands in parts", () => {
  const system = { role: "system", content: "You are a helpful assistant who answers at great length." };
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const messages = [system, { role: "user", content: [image, { type: "text", text: "Что это?" }] }];
  expect(stratumOf(viewRequest("chat", { messages }), 1)).toContain("language=cyrillic");
});

test("a body of any shape has a kind, out of few", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("messages", "stream", "tools"), fc.jsonValue()),
      fc.nat(),
      (body, bytes) => {
        expect(stratumOf(viewRequest("chat", body), bytes)).toMatch(
          /^size=[^;=]+;stream=(yes|no);tools=(yes|no);language=[a-z]+$/,
        );
      },
    ),
  );
});
