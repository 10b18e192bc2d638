import { startCpuTimer } from "@understudy/runtime/fixture";
import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageHider } from "./hide-usage.ts";

const HEAD = '{"id":"c","object":"chat.completion.chunk","model":"m-1",';
const CHOICE = '"choices":[{"index":0,"delta":{"content":"né {\\"usage\\":null} 😀"},"finish_reason":null}]';
const COUNTS = '{"prompt_tokens":11,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":2}}';
const event = (rest: string): string => `data: ${HEAD}${rest}}\n\n`;
const USAGE = event(`"choices":[],"usage":${COUNTS}`);
const DONE = "data: [DONE]\n\n";

function shown(text: string, size = text.length): string {
  const hider = new UsageHider();
  const bytes = Buffer.from(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(hider.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...parts, hider.end()]).toString("utf8");
}

describe("what was asked for in the client's place is taken out", () => {
  const plain = event(CHOICE);
  test.each<readonly [string, string, string]>([
    ["the event of usage alone", plain + USAGE + DONE, plain + DONE],
    ["the event of usage without choices", plain + event(`"usage":${COUNTS}`) + DONE, plain + DONE],
    ["the event of usage whose choices are null", plain + event(`"choices":null,"usage":${COUNTS}`), plain],
    ["the event of usage with its name and a comment", `${plain}event: usage\n: so\n${USAGE}${DONE}`, plain + DONE],
    ["a null at the end", event(`${CHOICE},"usage":null`), plain],
    ["a null in the middle", event(`"usage":null,${CHOICE}`), plain],
    ["a null at the beginning", `data: {"usage":null,${HEAD.slice(1)}${CHOICE}}\n\n`, plain],
    ["a null with blanks around it", event(`${CHOICE}, "usage" : null`), plain],
    ["a null before padding", event(`${CHOICE},"usage":null,"obfuscation":"x"`), event(`${CHOICE},"obfuscation":"x"`)],
    [
      "both, at CRLF",
      (event(`${CHOICE},"usage":null`) + USAGE + DONE).replaceAll("\n", "\r\n"),
      (plain + DONE).replaceAll("\n", "\r\n"),
    ],
    [
      "both, at CR",
      (event(`${CHOICE},"usage":null`) + USAGE + DONE).replaceAll("\n", "\r"),
      (plain + DONE).replaceAll("\n", "\r"),
    ],
    ["the event of usage with nothing behind it", plain + USAGE.trimEnd(), plain],
  ])("%s, however the bytes are cut", (_what, given, expected) => {
    for (const size of [given.length * 4, 1, 2, 3, 5, 11, 50, 333])
      expect([size, shown(given, size)]).toEqual([size, expected]);
  });
});

describe("all else goes on as it came", () => {
  test.each<readonly [string, string]>([
    ["a stream without usage", event(CHOICE) + DONE],
    ["usage beside a choice", event(`${CHOICE},"usage":${COUNTS}`) + DONE],
    ["Groq's", event(`${CHOICE},"x_groq":{"id":"r","usage":${COUNTS}}`)],
    ["a usage that is null further in", event(`${CHOICE},"x":{"usage":null}`)],
    ["a usage in a text", event('"choices":[{"delta":{"content":"\\"usage\\":null,"}}]')],
    ["an error with usage", `data: {"error":{"message":"m"},"usage":${COUNTS}}\n\n`],
    ["comments, names and ids", `: a\n\nevent: x\nid: 1\n${event(CHOICE)}: b\n\n`],
    ["events that are no JSON", 'data: "usage"\n\ndata: {"usage":null\n\ndata: oops "usage"\n\n'],
    ["several data lines", 'data: {"choices":[],\ndata: "usage":{}}\n\n'],
    ["half an event", `${event(CHOICE)}data: {"id":"x","choi`],
    ["a whole body", `${HEAD}"choices":[],"usage":${COUNTS}}`],
    ["lines of JSON", `${HEAD}"choices":[],"usage":${COUNTS}}\n{"usage":null}\n`],
    ["nothing", ""],
  ])("%s", (_what, text) => {
    for (const size of [Math.max(1, text.length * 4), 7, 1_000]) expect(shown(text, size) === text).toBe(true);
  });

  test.each([1, 2, 1_000])("what is no stream of events, whatever blanks come before it, in chunks of %d", (size) => {
    const lines = ` \r\n{"choices":[]}\n\n${USAGE}`;
    expect(shown(lines, size)).toBe(lines);
    expect(shown(`\n\n${event(CHOICE)}${USAGE}${DONE}`, size)).toBe(`\n\n${event(CHOICE)}${DONE}`);
  });

  test("a chunk in which nothing is to be hidden is the same one", () => {
    const chunk = Buffer.from(event(CHOICE));
    expect(new UsageHider().push(chunk)).toBe(chunk);
  });

  test.each([64, 1_000, 5_000])(
    "but for a null at its end, an event that is too long to be held, in pieces of %i bytes",
    (size) => {
      const long = (rest: string): string => event(`"choices":[{"delta":{"content":"${"x".repeat(100_000)}"}}]${rest}`);
      const given = long(',"usage":null') + long(`,"usage":${COUNTS}`) + event(`${CHOICE},"usage":null`) + USAGE + DONE;
      const expected = long("") + long(`,"usage":${COUNTS}`) + event(CHOICE) + DONE;
      expect(shown(given, size) === expected).toBe(true);
      expect(shown(given.replaceAll("\n", "\r\n"), size) === expected.replaceAll("\n", "\r\n")).toBe(true);
      expect(shown(long(""), size) === long("")).toBe(true);
    },
  );

  test("a sign of life does not wait for what follows", () => {
    const hider = new UsageHider();
    const life = Buffer.from(": waiting\n");
    expect(Buffer.from(hider.push(life)).equals(life)).toBe(true);
  });
});

test("of any sequence of events, cut anywhere, what is shown is the sequence without usage", () => {
  const pair = constantFrom<readonly [string, string]>(
    [USAGE, ""],
    [event(`${CHOICE},"usage":null`), event(CHOICE)],
    [event(CHOICE), event(CHOICE)],
    [": life\n\n", ": life\n\n"],
    [DONE, DONE],
  );
  assert(
    property(array(pair, { maxLength: 12 }), integer({ min: 1, max: 400 }), (pairs, size) => {
      expect(shown(pairs.map(([given]) => given).join(""), size)).toBe(pairs.map(([, wanted]) => wanted).join(""));
    }),
  );
});

test("bytes that come one by one, or never end an event, are looked at in bounded time", () => {
  const cpuMs = startCpuTimer();
  expect(shown(event(`${CHOICE},"usage":null`).repeat(200), 1)).toBe(event(CHOICE).repeat(200));
  shown(`data: ${"x".repeat(300_000)}`, 16);
  expect(cpuMs()).toBeLessThan(3_000);
});
