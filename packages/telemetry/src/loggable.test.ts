import { describe, expect, test } from "vitest";
import { captureStream } from "./captured-stream.fixture.ts";
import { createLogger } from "./logger.ts";

async function entryOf(fields: unknown): Promise<Record<string, unknown>> {
  const captured = captureStream();
  const logger = createLogger({ service: "gateway", stream: captured.stream });
  logger.info("m", fields as Record<string, unknown>);
  await logger.close();
  const [entry] = captured.entries();
  return entry ?? {};
}

const circle: Record<string, unknown> = { name: "circle" };
circle["self"] = circle;
circle["list"] = [circle];

const shared = { once: 1 };

const thrower = {
  fine: 1,
  get broken(): never {
    throw new Error("no");
  },
};

function refuse(): never {
  throw new Error("no");
}

const values: [string, unknown, unknown][] = [
  ["a circle", circle, { name: "circle", self: "[circular]", list: ["[circular]"] }],
  ["the same object twice", [shared, shared], [{ once: 1 }, { once: 1 }]],
  ["a big integer", 12n, "12"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["a function", () => 1, "[function]"],
  ["not a number", [Number.NaN, Infinity], ["NaN", "Infinity"]],
  ["undefined in a list", [undefined, null], [null, null]],
  ["a buffer", Buffer.from("secret bytes"), "[12 bytes]"],
  ["a typed array", new Float64Array(2), "[16 bytes]"],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["an invalid date", new Date(Number.NaN), null],
  ["a getter that throws", thrower, { fine: 1, broken: "[unreadable]" }],
  ["a toJSON that throws", { toJSON: () => JSON.parse("{") as unknown }, "[unreadable]"],
  [
    "a toJSON that returns itself",
    { toJSON: (): unknown => circle },
    { name: "circle", self: "[circular]", list: ["[circular]"] },
  ],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ["a name that means something", JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
];

test.each(values)("%s", async (_name, value, expected) => {
  expect((await entryOf({ value }))["value"]).toEqual(expected);
});

test("a proxy that refuses everything", async () => {
  const proxy = new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse });
  expect(await entryOf({ proxy, after: 1 })).toMatchObject({ proxy: "[unreadable]", after: 1 });
});

test("an error keeps its name, message, code and cause, and neither its stack nor its other properties", async () => {
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED", config: { url: "http://x" } });
  const { error } = await entryOf({ error: new TypeError("fetch failed", { cause }) });
  expect(error).toEqual({
    name: "TypeError",
    message: "fetch failed",
    cause: { name: "Error", message: "refused", code: "ECONNREFUSED" },
  });
});

test("undefined is left out", async () => {
  expect(Object.keys(await entryOf({ a: undefined, b: 1 }))).toEqual(["time", "level", "service", "message", "b"]);
});

test.each([[null], ["text"], [7], [[1, 2]], [new Error("x")]])("fields that are no fields: %o", async (fields) => {
  expect(await entryOf(fields)).toMatchObject({ message: "m" });
});

test("a message that is no text still makes a line", async () => {
  const captured = captureStream();
  const logger = createLogger({ service: "gateway", stream: captured.stream });
  for (const message of [undefined, 7, {}, Symbol("s"), Object.create(null)]) logger.info(message as string);
  await logger.close();
  expect(captured.entries()).toHaveLength(5);
});

describe("a line is bounded", () => {
  test("in depth", async () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 10_000; level += 1) deep = { deep };
    expect(JSON.stringify(await entryOf({ deep })).length).toBeLessThan(500);
  });

  test("in the number of values", async () => {
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    const { wide } = await entryOf({ wide: list });
    expect(wide).toHaveLength(201);
    const many = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => "x"));
    expect(JSON.stringify(await entryOf({ many })).length).toBeLessThan(200_000);
  });

  test("in characters", async () => {
    const text = "word ".repeat(100_000);
    const entry = await entryOf({ one: text, two: text, three: text, four: text, five: text, six: text });
    expect(String(entry["one"]).length).toBeLessThan(66_000);
    expect(JSON.stringify(entry).length).toBeLessThan(300_000);
  });
});
