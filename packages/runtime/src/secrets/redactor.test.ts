import { startCpuTimer } from "../index.fixture.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createLearningRedactor,
  createRedactor,
  withoutSecrets,
  withoutSecretsInHeaders,
  withoutSecretsInJson,
} from "./redactor.ts";

const SHAPES = {
  "a key with a prefix": "sk-test-4f1d9ab8c7d6e5f4",
  hex: "9f86d081884c7d659a2feaa0c55ad015",
  "a UUID": "3f2b8c1e-9d4a-4c7e-8b1f-0a2d4e6f8a1c",
  base64: "dGVzdC1rZXk+Pz9/L2FiYw==",
  "a JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl",
  "a word of eight letters": "tiramisu",
  "an AWS secret": "wJalrTESTnFEMI/K7MDENG/bPxRfiCYTESTKEY01",
  "one with signs": `p&ss'"<w>\\rd/+%`,
} as const;

describe.each(Object.entries(SHAPES))("%s", (_shape, secret) => {
  const redactor = createRedactor([secret]);
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  test.each([
    ["plain", `no: ${secret}!`],
    ["between letters", `x${secret}y`],
    ["inside JSON", JSON.stringify({ key: secret })],
    ["inside JSON inside JSON", JSON.stringify({ body: JSON.stringify({ key: secret }) })],
    ["in a URL", `https://host.test/?k=${encodeURIComponent(secret)}&x`],
    ["in a URL, in small letters", `?k=${encodeURIComponent(secret).replaceAll(/%../g, (hex) => hex.toLowerCase())}`],
    ["as base64", base64(secret)],
    ["as Basic auth", `Basic ${base64(`user:${secret}`)}`],
    ["as Basic auth of a longer user", `Basic ${base64(`somebody:${secret}`)}`],
    ["as Basic auth with something behind it", `Basic ${base64(`me:${secret}:more`)}`],
    ["as base64 for URLs", Buffer.from(`u:${secret}`).toString("base64url")],
    ["in HTML", `<p>${secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</p>`],
  ])("is found %s, and nothing of it is left", (_how, text) => {
    expect(redactor.finds(text)).toBe(true);
    const clean = redactor.clean(text);
    expect(clean).toContain("[redacted]");
    expect(redactor.finds(clean)).toBe(false);
    const lefts = [secret, encodeURIComponent(secret), base64(secret)].map((left) => left.slice(0, 6));
    expect(lefts.filter((left) => clean.includes(left) && !"[redacted]".includes(left))).toEqual([]);
  });

  test("is found though its end was cut off", () => {
    const cut = secret.slice(0, Math.max(8, secret.length - 2));
    expect(redactor.clean(`key ${cut}…`)).toMatch(/^key \[redacted\]\S{0,2}…$/);
  });

  test("is found behind escapes that no writer of JSON needs", () => {
    const escaped = secret.replaceAll(/./gs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const clean = withoutSecretsInJson(
      `{"a":"plain","error":{"code":"${escaped}"}, "big": 12345678901234567890}`,
      redactor,
    );
    expect(clean).toBe('{"a":"plain","error":{"code":"[redacted]"}, "big": 12345678901234567890}');
  });
});

test("a secret that came later is found as well, and the oldest of very many is forgotten", () => {
  const redactor = createLearningRedactor(["sk-test-known"]);
  expect(redactor.clean("sk-test-known first-of-them-all")).toBe("[redacted] first-of-them-all");
  redactor.learn("first-of-them-all");
  expect(redactor.clean("sk-test-known first-of-them-all")).toBe("[redacted] [redacted]");
  for (let number = 1000; number < 1256; number += 1) redactor.learn(`${number}`.repeat(4));
  expect(redactor.finds("first-of-them-all")).toBe(false);
  expect(redactor.finds("1000".repeat(4))).toBe(true);
  expect(redactor.finds("sk-test-known")).toBe(true);
});

test("what holds no secret comes back as it is, the same object", () => {
  const redactor = createRedactor(Object.values(SHAPES));
  const value = { text: "a tiramis cake, sk-test-4f1d9, eyJhbGciOiJIUzI1NiJ9.eyJ", list: [1, null, { deep: true }] };
  expect(withoutSecrets(value, redactor)).toBe(value);
  const headers = { "content-type": "application/json", "x-ratelimit-remaining": "12" };
  expect(withoutSecretsInHeaders(headers, redactor)).toBe(headers);
  expect(withoutSecretsInJson('{"n": 1.0, "text": "a\\nb"}', redactor)).toBe('{"n": 1.0, "text": "a\\nb"}');
});

test("names and values are cleaned at any depth, and bytes are not", () => {
  const redactor = createRedactor(["tiramisu"]);
  const bytes = Buffer.from("tiramisu");
  const clean = withoutSecrets({ tiramisu: [{ a: "my tiramisu" }, "tiramisu"], bytes, n: 1 }, redactor);
  expect(clean).toEqual({ "[redacted]": [{ a: "my [redacted]" }, "[redacted]"], bytes, n: 1 });
  expect(withoutSecretsInHeaders({ "x-ratelimit-key": "tiramisu" }, redactor)).toEqual({
    "x-ratelimit-key": "[redacted]",
  });
});

test("a short secret is taken for one where it stands alone, and one under four characters is none", () => {
  const redactor = createRedactor(["abcd", "xyz"]);
  expect(redactor.clean("abcd, abcde, key=abcd. xyz")).toBe("[redacted], abcde, key=[redacted]. xyz");
});

test("whatever stands around them, all of many secrets are replaced and nothing else", () => {
  const hex = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 16, maxLength: 40 });
  const secret = hex.map((digits) => digits.map((digit) => digit.toString(16)).join(""));
  fc.assert(
    fc.property(fc.uniqueArray(secret, { minLength: 1, maxLength: 8 }), fc.array(fc.string()), (secrets, between) => {
      const alone = secrets.filter(
        (one) => !secrets.some((other) => other !== one && (other.startsWith(one) || one.startsWith(other))),
      );
      const words = between.map((text) => text.replaceAll(/[0-9a-f]/g, "#"));
      const text = alone.flatMap((one, index) => [words[index] ?? "-", "|", one, "|"]).join("");
      const expected = alone.flatMap((_, index) => [words[index] ?? "-", "|", "[redacted]", "|"]).join("");
      expect(createRedactor(secrets).clean(text)).toBe(expected);
    }),
  );
});

test("a megabyte takes milliseconds, also of what is nearly a secret all the way", () => {
  const secrets = Array.from(
    { length: 200 },
    (_, number) => `sk-proj-${String(number).padStart(3, "0")}${"7".repeat(40)}`,
  );
  const redactor = createRedactor(secrets);
  const texts = ["sk-proj-".repeat(131_072), "sk-proj-0007".repeat(87_000), "a plain text ".repeat(80_000)];
  const cpuMs = startCpuTimer();
  for (const text of texts) redactor.clean(text);
  expect(cpuMs()).toBeLessThan(2_000);
});
