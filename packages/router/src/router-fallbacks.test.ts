import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "@understudy/contracts";
import { ask, type Entry, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const groups = (record: CallRecord): readonly string[] => record.attempts.map(({ model_group }) => model_group);

// Each group has a model of its own, so that a fault may be given to one group alone.
const MODELS = ["gpt-4o", "gpt-4", "gpt-4.1", "gpt-3.5-turbo", "gpt-4-turbo", "gpt-4o-mini", "gpt-4.1-mini"] as const;
const entriesOf = (...names: readonly string[]): readonly Entry[] =>
  names.map((name, index) => [name, MODELS[index] ?? "gpt-4o"]);

const ONCE = { num_retries: 0 };

describe("when a group has failed for good", () => {
  test("its fallbacks are tried in order, and the record says who answered", async () => {
    simulator.script("gpt-4o", "fail-500");
    simulator.script("gpt-4", "fail-503");
    const router = fixture.router(entriesOf("a", "b", "c"), { ...ONCE, fallbacks: [{ a: ["b", "c"] }] });
    const { call, record } = await ask(router, "a");
    expect(call.status).toBe(200);
    expect(groups(record)).toEqual(["a", "b", "c"]);
    expect(record).toMatchObject({
      status: "ok",
      error: null,
      model_group: "a",
      answered_by: "c",
      deployment: "d2",
      model: "gpt-4.1",
      response_model: "gpt-4.1-2025-04-14",
    });
  });

  test("its retries come first", async () => {
    simulator.script("gpt-4o", "fail-500");
    const { record } = await ask(fixture.router(entriesOf("a", "b"), { fallbacks: [{ a: ["b"] }] }), "a");
    expect(groups(record)).toEqual(["a", "a", "a", "b"]);
  });

  test("the default fallbacks are tried where it has none of its own", async () => {
    simulator.script("gpt-4o", "fail-400");
    const settings = { ...ONCE, default_fallbacks: ["b"], fallbacks: [{ c: ["d"] }] };
    expect(groups((await ask(fixture.router(entriesOf("a", "b", "c", "d"), settings), "a")).record)).toEqual([
      "a",
      "b",
    ]);
  });

  test("without fallbacks its own error is the client's", async () => {
    simulator.script("gpt-4o", "fail-503");
    const { call, record } = await ask(fixture.router(entriesOf("a", "b"), ONCE), "a");
    expect(call).toMatchObject({ status: 503, error: { kind: "unavailable" } });
    expect(groups(record)).toEqual(["a"]);
  });

  test("and all fallbacks too, the last provider's error is the client's", async () => {
    simulator.script("gpt-4o", "fail-500");
    simulator.script("gpt-4", "fail-403");
    const router = fixture.router(entriesOf("a", "b"), { ...ONCE, fallbacks: [{ a: ["b"] }] });
    const { call, record } = await ask(router, "a");
    expect(call).toMatchObject({ status: 403, error: { kind: "permission" } });
    expect(record).toMatchObject({ status: "error", answered_by: null, model_group: "a" });
  });

  test("a provider's error says more than a fallback that rests", async () => {
    for (const model of ["gpt-4", "gpt-4.1"]) simulator.script(model, "fail-429");
    simulator.script("gpt-4o", "fail-500");
    const entries: readonly Entry[] = [
      ["a", "gpt-4o"],
      ["b", "gpt-4"],
      ["b", "gpt-4.1"],
    ];
    const router = fixture.router(entries, {
      ...ONCE,
      fallbacks: [{ a: ["b"] }],
      retry_policy: { RateLimitErrorRetries: 1 },
    });
    await ask(router, "b");
    const { call, record } = await ask(router, "a");
    expect(groups(record)).toEqual(["a"]);
    expect(call).toMatchObject({ status: 500, error: { kind: "server_error" } });
  });

  test("because all of it rests, its fallbacks are tried", async () => {
    for (const model of ["gpt-4o", "gpt-4"]) simulator.script(model, "fail-401");
    const entries: readonly Entry[] = [
      ["a", "gpt-4o"],
      ["a", "gpt-4"],
      ["b", "gpt-4.1"],
    ];
    const router = fixture.router(entries, { fallbacks: [{ a: ["b"] }] });
    expect(groups((await ask(router, "a")).record)).toEqual(["a", "a", "b"]);
    expect(groups((await ask(router, "a")).record)).toEqual(["b"]);
  });
});

describe("fallbacks of their own", () => {
  test.for([
    ["context_window", "fail-context"],
    ["content_policy", "fail-content"],
  ] as const)("for %s are tried in place of the general ones", async ([kind, fault]) => {
    simulator.script("gpt-4o", fault);
    const settings = { fallbacks: [{ a: ["b"] }], [`${kind}_fallbacks`]: [{ a: ["c"] }] };
    expect(groups((await ask(fixture.router(entriesOf("a", "b", "c"), settings), "a")).record)).toEqual(["a", "c"]);
  });

  test.for([
    ["context_window", "fail-context"],
    ["content_policy", "fail-content"],
  ] as const)("for %s without an entry for the group leave its own error", async ([kind, fault]) => {
    simulator.script("gpt-4o", fault);
    const settings = { fallbacks: [{ a: ["b"] }], default_fallbacks: ["b"], [`${kind}_fallbacks`]: [{ c: ["b"] }] };
    const { call, record } = await ask(fixture.router(entriesOf("a", "b", "c"), settings), "a");
    expect(call).toMatchObject({ status: 400, error: { kind } });
    expect(groups(record)).toEqual(["a"]);
  });

  test("have no say in other failures", async () => {
    simulator.script("gpt-4o", "fail-500");
    const settings = { ...ONCE, fallbacks: [{ a: ["b"] }], context_window_fallbacks: [{ a: ["c"] }] };
    expect(groups((await ask(fixture.router(entriesOf("a", "b", "c"), settings), "a")).record)).toEqual(["a", "b"]);
  });
});

describe("a chain of fallbacks", () => {
  const chain = [{ a: ["b"] }, { b: ["c"] }, { c: ["d"] }, { d: ["e"] }, { e: ["f"] }, { f: ["g"] }];
  const names = ["a", "b", "c", "d", "e", "f", "g"];

  test.for([
    [undefined, names.slice(0, 6)],
    [2, ["a", "b", "c"]],
    [0, ["a"]],
  ] as const)("ends after max_fallbacks %s", async ([max_fallbacks, expected]) => {
    for (const model of MODELS) simulator.script(model, "fail-500");
    const settings = { ...ONCE, fallbacks: chain, ...(max_fallbacks === undefined ? {} : { max_fallbacks }) };
    expect(groups((await ask(fixture.router(entriesOf(...names), settings), "a")).record)).toEqual(expected);
  });

  test("that leads back to itself tries each group once", async () => {
    for (const model of MODELS) simulator.script(model, "fail-500");
    const settings = { ...ONCE, fallbacks: [{ a: ["b", "a"] }, { b: ["a", "c"] }, { c: ["b", "a"] }] };
    expect(groups((await ask(fixture.router(entriesOf("a", "b", "c"), settings), "a")).record)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  test("that leads to itself by an alias tries each group once", async () => {
    simulator.script("gpt-4o", "fail-500");
    const settings = { ...ONCE, fallbacks: [{ a: ["same"] }], model_group_alias: { same: "a" } };
    expect(groups((await ask(fixture.router(entriesOf("a"), settings), "a")).record)).toEqual(["a"]);
  });
});

describe("a fallback to a wildcard group", () => {
  test("asks for the model that the list names, not the client's", async () => {
    simulator.script("gpt-4o", "fail-500");
    const router = fixture.router(
      [
        ["a", "gpt-4o"],
        ["openai/*", "*"],
      ],
      { ...ONCE, fallbacks: [{ a: ["openai/gpt-4.1"] }] },
    );
    const { record } = await ask(router, "a");
    expect(record).toMatchObject({ status: "ok", answered_by: "openai/*", model: "gpt-4.1" });
    expect(simulator.requests().map(({ model }) => model)).toEqual(["gpt-4o", "gpt-4.1"]);
  });

  test("may try more than one model of it", async () => {
    for (const model of ["gpt-4o", "gpt-4"]) simulator.script(model, "fail-500");
    const fallbacks = [{ "openai/gpt-4o": ["openai/gpt-4", "openai/gpt-4.1"] }];
    const router = fixture.router([["openai/*", "*"]], { ...ONCE, fallbacks }, { clock: createSkippingClock() });
    const { record } = await ask(router, "openai/gpt-4o");
    expect(record).toMatchObject({ status: "ok", model: "gpt-4.1" });
    expect(simulator.requests().map(({ model }) => model)).toEqual(["gpt-4o", "gpt-4", "gpt-4.1"]);
  });

  test("that is named by its pattern asks for the client's model", async () => {
    simulator.script("gpt-4o", "fail-500");
    const router = fixture.router(
      [
        ["openai/gpt-4o", "gpt-4o"],
        ["openai/*", "*", { extra_headers: { "x-simulate": "instant" } }],
      ],
      { ...ONCE, fallbacks: [{ "openai/gpt-4o": ["openai/*"] }] },
    );
    expect((await ask(router, "openai/gpt-4o")).record).toMatchObject({ answered_by: "openai/*", model: "gpt-4o" });
  });
});
