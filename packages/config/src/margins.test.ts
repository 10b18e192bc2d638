import { describe, expect, test } from "vitest";
import { DEFAULT_MARGINS } from "./margins.ts";
import { resolveConfig } from "./resolve.ts";

function marginsUnder(mirror_settings: object) {
  const model_list = [
    { model_name: "a", litellm_params: { model: "openai/x", silent_model: "b" } },
    { model_name: "b", litellm_params: { model: "openai/x" } },
  ];
  return resolveConfig({ model_list, mirror_settings }, {}).experiments[0]?.margins;
}

describe("margins", () => {
  test("hold for all silent models, and a silent model's own win, key by key", () => {
    const own = { b: { margins: { p95_latency: 2, quality_loss: null } } };
    expect(marginsUnder({ margins: { cost: 0.5, p95_latency: 3 }, silent_models: own })).toEqual({
      ...DEFAULT_MARGINS,
      cost: 0.5,
      p95Latency: 2,
      qualityLoss: null,
    });
  });

  test.each([
    [{ quality_loss: 5 }, "mirror_settings.margins.quality_loss: 5 is above 1; write a number from 0 to 1"],
    [{ cost: 0.01 }, "mirror_settings.margins.cost: 0.01 is below 0.1; write a number of 0.1 or more"],
    [{ speed: 2 }, "mirror_settings.margins.speed"],
    [{ error_rate: "low" }, "mirror_settings.margins.error_rate: is text, not a number"],
  ])("%o is a fault", (margins, message) => {
    expect(() => marginsUnder({ margins })).toThrow(message);
  });
});

test("the sample rate of an experiment whose deployments differ is not known", () => {
  const from = (sample_rate: number) => ({
    model_name: "a",
    litellm_params: { model: "openai/x", seed: sample_rate * 10, silent_model: { model: "b", sample_rate } },
  });
  const b = { model_name: "b", litellm_params: { model: "openai/x" } };
  const rates = (...entries: object[]) =>
    resolveConfig({ model_list: [...entries, b] }, {}).experiments.map(({ sampleRate }) => sampleRate);
  expect(rates(from(0.1), from(0.5))).toEqual([null]);
  expect(rates(from(0.5))).toEqual([0.5]);
});
