import { describe, expect, test } from "vitest";
import { describeConfig } from "./describe.ts";
import { resolveConfig } from "./resolve.ts";

function configUnder(mirror_settings: object) {
  const at = { model: "openai/x" };
  const model_list = [
    { model_name: "a", litellm_params: { ...at, silent_model: ["b", "c"] } },
    ...["b", "c", "judge", "judge-2", "embed"].map((model_name) => ({ model_name, litellm_params: at })),
  ];
  const router_settings = { model_group_alias: { referee: "judge" } };
  return resolveConfig({ model_list, router_settings, mirror_settings }, {});
}

const reviewsUnder = (settings: object) => configUnder(settings).silentModels.map(({ review }) => review);

describe("judge and embedding model", () => {
  test("are off unless asked for", () => {
    const off = { judge: null, embeddingModel: null, labels: null };
    expect(reviewsUnder({})).toEqual([off, off]);
  });

  test("hold for all silent models, with defaults", () => {
    const judge = { model: "judge", sampleRate: 0.1, dailyBudgetUsd: 5 };
    const review = { judge, embeddingModel: "embed", labels: null };
    expect(reviewsUnder({ judge: { model: "judge" }, embedding_model: "embed" })).toEqual([review, review]);
    expect(reviewsUnder({ judge: { model: "referee" } })[0]?.judge?.model).toBe("referee");
  });

  test("a silent model's own settings win, key by key, and null switches off", () => {
    const settings = {
      judge: { model: "judge", daily_budget_usd: 2 },
      embedding_model: "embed",
      silent_models: { b: { judge: { model: "judge-2", sample_rate: 1 } }, c: { judge: null, embedding_model: null } },
    };
    expect(reviewsUnder(settings)).toEqual([
      { judge: { model: "judge-2", sampleRate: 1, dailyBudgetUsd: 2 }, embeddingModel: "embed", labels: null },
      { judge: null, embeddingModel: null, labels: null },
    ]);
  });

  test("people are asked about a tenth of what is judged where somebody wants their labels, and of nothing else", () => {
    const labels = (settings: object) => reviewsUnder(settings).map((review) => review.labels?.sampleRate ?? null);
    const judge = { model: "judge" };
    expect(labels({ judge, labels: {} })).toEqual([0.1, 0.1]);
    expect(labels({ judge, labels: {}, silent_models: { b: { labels: { sample_rate: 0.5 } } } })).toEqual([0.5, 0.1]);
    expect(labels({ judge, labels: {}, silent_models: { b: { labels: null }, c: { judge: null } } })).toEqual([
      null,
      null,
    ]);
    expect(describeConfig(configUnder({ judge, labels: {} }))).toContain(
      "a day in all, 10% of that labelled by people",
    );
  });

  test("have a rubric of one's own, for all or for one silent model", () => {
    const settings = {
      judge: { model: "judge", rubric: " Prices first.\n" },
      silent_models: { b: { judge: { rubric: null } } },
    };
    expect(reviewsUnder(settings).map(({ judge }) => judge?.rubric)).toEqual([undefined, "Prices first."]);
    expect(describeConfig(configUnder(settings))).toContain("10% judged by judge by a rubric of your own, up to $5");
    expect(reviewsUnder({ judge: { model: "judge", rubric: "x".repeat(4_000) } })).toHaveLength(2);
  });

  test("are told by check", () => {
    const text = describeConfig(configUnder({ judge: { model: "judge" }, embedding_model: "embed" }));
    expect(text).toContain("10% judged by judge, up to $5 a day in all");
    expect(text).toContain("similarity by embed");
  });

  test.each([
    [{ judge: { model: "jude" } }, "mirror_settings.judge.model: no model group is called jude; did you mean judge?"],
    [
      { embedding_model: "nothing-like-it" },
      "mirror_settings.embedding_model: no model group is called nothing-like-it; add a model_list entry with model_name: nothing-like-it",
    ],
    [{ judge: {} }, "mirror_settings.judge.model: is missing; name the model group that judges: model: NAME"],
    [{ judge: "judge" }, "mirror_settings.judge: is text, not a map"],
    [{ judge: { model: "openai/*" } }, "mirror_settings.judge.model: openai/* is a pattern, not a model group"],
    [{ judge: { model: "judge", sample_rate: 10 } }, "mirror_settings.judge.sample_rate: 10 is above 1"],
    [
      { judge: { model: "judge", rubric: "x".repeat(4_001) } },
      "mirror_settings.judge.rubric: is 4001 characters long; say it in 4000 characters at the most",
    ],
    [
      { judge: { model: "judge", rubric: ["x"] } },
      "mirror_settings.judge.rubric: is a list, not text; write what counts",
    ],
    [
      { labels: {} },
      "mirror_settings.labels: people are asked about pairs that a judge has judged, and there is no judge; name a judge beside them: judge: { model: GROUP }",
    ],
    [{ judge: { model: "judge" }, labels: true }, "mirror_settings.labels: is true or false, not a map"],
    [
      { judge: { model: "judge" }, labels: { sample_rate: 0 } },
      "mirror_settings.labels.sample_rate: 0 is below 0.001; write a number from 0.001 to 1",
    ],
    [{ judge: { model: "judge" }, labels: { share: 1 } }, "mirror_settings.labels.share: is not a key here"],
    [
      { judge: { model: "judge" }, labels: {}, silent_models: { c: { payloads: "metrics_only" } } },
      "mirror_settings.silent_models.c.labels: people are shown texts, and payloads: metrics_only keeps none; write payloads: full, or labels: null",
    ],
    [{ judge: { model: "judge", budget: 1 } }, "mirror_settings.judge.budget: is not a key here"],
    [{ judge: { model: "judge", daily_budget_usd: -1 } }, "mirror_settings.judge.daily_budget_usd: -1 is negative"],
    [
      { judge: { model: "judge" }, silent_models: { b: { judge: { daily_budget_usd: 1 } } } },
      "mirror_settings.silent_models.b.judge.daily_budget_usd: one budget pays for all judging, whatever silent model it is of; write it as mirror_settings.judge.daily_budget_usd",
    ],
  ])("%o is a fault", (settings, message) => {
    expect(() => configUnder(settings)).toThrow(message);
  });
});
