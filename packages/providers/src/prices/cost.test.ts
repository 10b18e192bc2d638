import { APIS } from "@understudy/apis";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import type { Usage } from "@understudy/contracts";
import { costUsd } from "./cost.ts";
import { testTarget } from "../targets/deployment.fixture.ts";

const AT = Date.UTC(2026, 10, 22);
const usage: Usage = {
  input_tokens: 1_000_000,
  output_tokens: 100_000,
  cached_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
};
const none = { price: null, baseModel: null };

function priceOrNull(price: () => number | null): number | null {
  try {
    return price();
  } catch {
    return null;
  }
}

/** Every model that the list prices for one provider, under names of ours. */
function listed(provider: string): readonly string[] {
  return (findProvider({ providerId: provider })?.models ?? []).map(({ id }) => id);
}

describe("list prices", () => {
  test.each(["openai", "anthropic", "groq"])(
    "of %s are the list's own for any count, asked for once or again",
    (provider) => {
      const counts = [
        [13, 40, 0, 0],
        [900_000, 1, 300_000, 400_000],
        [0, 0, 0, 0],
      ] as const;
      const models = listed(provider);
      expect(models.length).toBeGreaterThan(5);
      for (const model of models) {
        for (const [input_tokens, output_tokens, cached_tokens, cache_write_tokens] of counts) {
          const asked = { input_tokens, output_tokens, cache_read_tokens: cached_tokens, cache_write_tokens };
          const timestamp = new Date(AT);
          const own = priceOrNull(
            () => calcPrice(asked, model, { providerId: provider, timestamp })?.total_price ?? null,
          );
          const cost = costUsd(
            { provider, model, ...none },
            { ...asked, cached_tokens, reasoning_tokens: 0 },
            null,
            AT,
          );
          expect([model, cost === null]).toEqual([model, own === null]);
          expect(cost ?? 0).toBeCloseTo(own ?? 0, 12);
        }
      }
    },
  );

  test.each<readonly [provider: string, model: string, responseModel: string | null, usd: number]>([
    ["openai", "gpt-4o-mini", null, 0.15 + 0.06],
    ["openai", "my-alias", "gpt-4o-mini-2024-07-18", 0.15 + 0.06],
    ["azure", "my-deployment", "gpt-4o-mini-2024-07-18", 0.15 + 0.06],
  ])("%s %s answered by %s", (provider, model, responseModel, usd) => {
    expect(costUsd({ provider, model, ...none }, usage, responseModel, AT)).toBeCloseTo(usd, 9);
  });

  test.each(["azure/gpt-4o-mini", "gpt-4o-mini"])("base_model %s comes before the model's own name", (baseModel) => {
    const source = { provider: "azure", model: "gpt-4", price: null, baseModel };
    expect(costUsd(source, usage, "gpt-4", AT)).toBeCloseTo(0.21, 9);
  });

  test("cached tokens cost less", () => {
    const source = { provider: "openai", model: "gpt-4o-mini", ...none };
    expect(costUsd(source, { ...usage, cached_tokens: 400_000 }, null, AT)).toBeCloseTo(
      0.6 * 0.15 + 0.4 * 0.075 + 0.06,
      9,
    );
  });

  test.each([
    ["dearer where the provider says so", "anthropic", "claude-haiku-4-5", 0.6 + 0.4 * 1.25 + 0.5],
    ["as any other where it does not", "openai", "gpt-4o-mini", 0.15 + 0.06],
  ])("tokens written to a cache cost: %s", (_what, provider, model, usd) => {
    const written = { ...usage, cache_write_tokens: 400_000 };
    expect(costUsd({ provider, model, ...none }, written, null, AT)).toBeCloseTo(usd, 9);
  });

  test.each([
    "anthropic/claude-haiku-4-5",
    "gemini/gemini-2.5-flash",
    "mistral/mistral-large-latest",
    "groq/llama-3.3-70b-versatile",
    "deepseek/deepseek-chat",
    "openrouter/openai/gpt-4o-mini",
    "xai/grok-4-0709",
    "perplexity/sonar",
  ])("%s has one", (model) => {
    expect(costUsd(testTarget({ model }), usage, null, AT)).toBeGreaterThan(0);
  });
});

describe("the config's own price", () => {
  const price = { inputPerToken: 1e-6, outputPerToken: 2e-6, cacheReadPerToken: null, cacheWritePerToken: null };

  test.each([
    ["over the list", price, {}, 1.2],
    ["zero is a price", { ...price, inputPerToken: 0, outputPerToken: 0 }, {}, 0],
    ["cached tokens cost the same unless told", price, { cached_tokens: 400_000 }, 1.2],
    ["cached tokens at their own price", { ...price, cacheReadPerToken: 1e-7 }, { cached_tokens: 400_000 }, 0.84],
    ["more cached than sent", { ...price, cacheReadPerToken: 1e-7 }, { cached_tokens: 9_000_000 }, 0.1 + 0.2],
    ["written tokens cost the same unless told", price, { cache_write_tokens: 400_000 }, 1.2],
    [
      "written tokens at their own price",
      { ...price, cacheWritePerToken: 2e-6 },
      { cache_write_tokens: 400_000 },
      0.6 + 0.8 + 0.2,
    ],
    [
      "read and written tokens, more than were sent",
      { ...price, cacheReadPerToken: 1e-7, cacheWritePerToken: 2e-6 },
      { cached_tokens: 700_000, cache_write_tokens: 700_000 },
      0.07 + 0.6 + 0.2,
    ],
  ])("%s", (_name, given, counts, usd) => {
    const target = testTarget({ model: "gpt-4o", price: given });
    expect(costUsd(target, { ...usage, ...counts }, null)).toBeCloseTo(usd, 9);
  });

  test("holds for a usage of before, which does not say what was written", () => {
    const { cache_write_tokens: _, ...before } = usage;
    expect(costUsd(testTarget({ model: "gpt-4o", price }), before as Usage, null)).toBeCloseTo(1.2, 9);
  });
});

describe("unknown", () => {
  test.each([
    ["a provider without a list", "hosted_vllm", "gpt-4o", usage],
    ["a model without a price", "openai", "no-such-model", usage],
    ["a provider of no row", "nobody", "gpt-4o", usage],
    ["counts that cannot be", "openai", "gpt-4o", { ...usage, input_tokens: Number.NaN }],
    ["a wildcard without the answer's model", "openai", "*", usage],
  ])("%s", (_name, provider, model, counts) => {
    expect(costUsd({ provider, model, ...none }, counts, null, AT)).toBeNull();
  });
});

test("an answer that read most of its input from a cache costs what the cache costs", () => {
  const usage =
    '{"prompt_tokens":368,"completion_tokens":19,"total_tokens":10923,"cache_read_input_tokens":10536,"cache_creation_input_tokens":0}';
  const body = `{"model":"gpt-4o","choices":[{"index":0,"message":{"content":"hello world"},"finish_reason":"stop"}],"usage":${usage}}`;
  const read = APIS.chat.read(Buffer.from(body)).usage;
  expect(read).toMatchObject({ input_tokens: 10_904, cached_tokens: 10_536, output_tokens: 19, reasoning_tokens: 0 });
  const source = { provider: "openai", model: "gpt-4o", price: null, baseModel: null };
  expect(read === null ? null : costUsd(source, read, null)).toBeCloseTo(0.0143, 4);
});
