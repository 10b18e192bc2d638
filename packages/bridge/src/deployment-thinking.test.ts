import type { SpokenApi, Via } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { across } from "./bridge.fixture.ts";
import { WIRES } from "./wires.fixture.ts";

const HI = [{ role: "user", content: "Hi" }];
const ASKED: Readonly<Record<SpokenApi, object>> = {
  chat: { messages: HI },
  responses: { input: "Hi" },
  messages: { messages: HI, max_tokens: 8000 },
};
/** What a client itself says of it. */
const SAID: Readonly<Record<SpokenApi, object>> = {
  chat: { reasoning_effort: "low" },
  responses: { reasoning: { effort: "low" } },
  messages: { output_config: { effort: "low" } },
};

interface Told {
  readonly model: string;
  /** Where a body says how much is thought. */
  readonly of: (body: Body) => unknown;
  /** What stands there for a high effort, and for 12,000 tokens. */
  readonly high: unknown;
  readonly tokens: unknown;
}

const TOLD: Readonly<Record<Via, Told>> = {
  chat: { model: "llama-3", of: (body) => body["reasoning_effort"], high: "high", tokens: "high" },
  responses: {
    model: "gpt-5.6",
    of: (body) => body["reasoning"],
    high: { effort: "high", summary: "detailed" },
    tokens: { effort: "high", summary: "detailed" },
  },
  messages: {
    model: "claude-sonnet-4-5",
    of: (body) => body["thinking"],
    high: { type: "enabled", budget_tokens: expect.any(Number) },
    tokens: { type: "enabled", budget_tokens: 12_000 },
  },
  gemini: {
    model: "gemini-2.5-pro",
    of: ({ generationConfig: config }) => (config as Body)["thinkingConfig"],
    high: { includeThoughts: true, thinkingBudget: expect.any(Number) },
    tokens: { includeThoughts: true, thinkingBudget: 12_000 },
  },
  converse: {
    model: WIRES.converse.model,
    of: ({ additionalModelRequestFields: fields }) => (fields as Body)["thinking"],
    high: { type: "enabled", budget_tokens: expect.any(Number) },
    tokens: { type: "enabled", budget_tokens: 12_000 },
  },
  ollama: { model: "gpt-oss:20b", of: (body) => body["think"], high: "high", tokens: "high" },
};
type Body = Readonly<Record<string, unknown>>;

const PAIRS = (Object.keys(ASKED) as SpokenApi[]).flatMap((api) =>
  (Object.keys(TOLD) as Via[]).filter((via) => via !== api).map((via) => [api, via] as const),
);

describe.each(PAIRS)("a deployment's thinking, from %s to %s", (api, via) => {
  const { model, of, high, tokens } = TOLD[via];
  const sent = async (settings: object, more: object = {}) => {
    const body = { ...ASKED[api], ...more };
    return of((await across({ api, via, model, body, settings: { ...settings, ...body } })).sent?.body ?? {});
  };

  test("is asked for, as an effort or in tokens", async () => {
    expect(await sent({ reasoning_effort: "high" })).toEqual(high);
    expect(await sent({ thinking: { type: "enabled", budget_tokens: 12_000 } })).toEqual(tokens);
  });

  test("is not, where the client says how much it wants", async () => {
    const low = await sent({}, SAID[api]);
    expect(await sent({ reasoning_effort: "high" }, SAID[api])).toEqual(low);
    expect(low).not.toEqual(await sent({ reasoning_effort: "high" }));
  });
});
