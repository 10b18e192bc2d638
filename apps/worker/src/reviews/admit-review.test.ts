import { keepLines } from "@understudy/runtime/fixture";
import { NO_SETTINGS, type QueueDepth } from "@understudy/contracts";
import { resolveConfig } from "@understudy/config";
import { parseReviewJob, type ReviewJob, type ReviewQueue } from "@understudy/mirror";
import type { Review } from "@understudy/evaluation";
import { stableFraction, systemClock } from "@understudy/runtime";
import { createStore, openPostgres, type Pair } from "@understudy/store";
import { describe, expect, test } from "vitest";
import { primaryRecord, QUESTION, simulatedConfig } from "../job.fixture.ts";
import { reviewLoggingOf } from "./review-logging-of.ts";
import { createReviewAdmission } from "./admit-review.ts";
import { judgeDrawOf, reviewedIn, reviewJobOf } from "./review-job-of.ts";

/** At this port nobody listens. */
const gone = createStore(openPostgres("postgres://nobody@127.0.0.1:1/none"), { clock: systemClock });

function configWith(mirror_settings: object) {
  return simulatedConfig("http://127.0.0.1:9", {}, { mirror_settings });
}

const both = configWith({ judge: { model: "gpt-main", sample_rate: 1 }, embedding_model: "gpt-main" });
const answer = (text: string | null) => ({ text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 });

function pairOf(of: Partial<Pair> = {}): Pair {
  return {
    id: "pair_1_quiet",
    experiment: "exp-1",
    request_id: "req_1",
    silent_model: "quiet",
    outcome: "paired",
    reason: null,
    created_at: 1_000,
    primary: primaryRecord({ answer: answer("Hello") }),
    silent: primaryRecord({ id: "call_2", role: "silent", answer: answer("Hello there") }),
    request: QUESTION,
    comparison: { comparable: true },
    ...of,
  };
}

describe("what is asked about a pair", () => {
  test("is what the silent model's settings say, with texts and a time to live", () => {
    expect(reviewJobOf(pairOf(), both, 5_000)).toEqual({
      version: 1,
      pair_id: "pair_1_quiet",
      request_id: "req_1",
      experiment: "exp-1",
      judge: { model: "gpt-main", daily_budget_usd: 5 },
      not_judged: null,
      embedding_model: "gpt-main",
      conversation: "user: Say hello",
      primary: "Hello",
      silent: "Hello there",
      admitted_at: 5_000,
      expires_at: 3_605_000,
    });
  });

  const call = { name: "look_up", arguments: "{}" };
  const calling = (text: string | null) => primaryRecord({ answer: { ...answer(text), tool_calls: [call] } });
  test("is the judge's opinion of tool calls too, and no similarity of them", () => {
    expect(reviewJobOf(pairOf({ silent: calling(null) }), both, 0)).toMatchObject({
      judge: { model: "gpt-main" },
      embedding_model: null,
      silent: "[tool call: look_up {}]",
    });
    const same = pairOf({ primary: calling("x"), silent: calling("x") });
    expect(reviewJobOf(same, both, 0)).toMatchObject({ judge: null, not_judged: "identical" });
    expect(judgeDrawOf(pairOf({ primary: calling(null), silent: calling("x") }), both)).toBe("asked");
  });

  test.each([
    ["gave no text and called nothing", answer(" "), "nothing_to_judge"],
    ["called a tool", { ...answer(null), tool_calls: [call] }, "asked"],
    ["gave a text", answer("x"), "asked"],
  ])("that goes to a silent model that %s is asked, or counts against it", (_, given, drawn) => {
    expect(judgeDrawOf(pairOf({ silent: primaryRecord({ answer: given }) }), both)).toBe(drawn);
  });

  test.each([
    ["is not comparable", { comparison: { comparable: false } }],
    ["has no comparison", { comparison: null }],
    ["has no silent call", { silent: null }],
    ["has a failed primary", { primary: primaryRecord({ status: "error", answer: answer("x") }) }],
    ["has an empty answer", { silent: primaryRecord({ answer: answer(" \n") }) }],
    ["has no answer", { silent: primaryRecord({ answer: null }) }],
    ["is a refusal", { silent: primaryRecord({ answer: { ...answer("x"), refusal: "no" } }) }],
    ["is of a silent model that is configured no more", { silent_model: "gone" }],
  ])("is nothing where it %s", (_, of: Partial<Pair>) => {
    expect(reviewJobOf(pairOf(of), both, 0)).toBeNull();
  });

  test("is nothing without judge and embedding model", () => {
    expect(reviewJobOf(pairOf(), configWith({}), 0)).toBeNull();
    const off = { judge: { model: "gpt-main" }, silent_models: { quiet: { judge: null } } };
    expect(reviewJobOf(pairOf(), configWith(off), 0)).toBeNull();
  });

  test("is what the candidate's settings say where it answered the client, and the old primary silently", () => {
    const judge = { model: "gpt-main", sample_rate: 1 };
    const own = configWith({ silent_models: { quiet: { judge } } });
    const served = primaryRecord({ model_group: "quiet", answer: answer("Hello") });
    const reverse = pairOf({ experiment: "quiet~gpt-main", silent_model: "gpt-main", primary: served });
    expect(reviewJobOf(reverse, own, 0)).toMatchObject({ judge: { model: "gpt-main" } });
    expect(judgeDrawOf(reverse, own)).toBe("asked");
    const elsewhere = primaryRecord({ model_group: "other", answer: answer("Hello") });
    expect(reviewJobOf({ ...reverse, experiment: "other~gpt-main", primary: elsewhere }, own, 0)).toBeNull();
  });

  test("is the same in an experiment that was added, with the rubrics of the group that clients asked", () => {
    const judge = { model: "referee", sample_rate: 1 };
    const rubric = (value: string) => [{ type: "llm-rubric", value }];
    const checks = { "gpt-main": rubric("asked of the old primary"), added: rubric("asked of the candidate") };
    const entry = (name: string) => ({
      model_name: name,
      litellm_params: { model: `openai/${name}`, api_key: "sk-test" },
    });
    const model_list = ["gpt-main", "added", "referee"].map(entry);
    const config = resolveConfig({ model_list, mirror_settings: { checks, judge: judge } }, {});
    const one = {
      id: "gpt-main~added",
      primary: "gpt-main",
      silent: "added",
      state: "running",
      settings: NO_SETTINGS,
    } as const;
    const served = primaryRecord({ model_group: "added", answer: answer("Hello") });
    const reverse = pairOf({ experiment: "added~gpt-main", silent_model: "gpt-main", primary: served });
    const asked = (named_by: "api" | "config") =>
      reviewJobOf(reverse, reviewedIn(config, { experiments: [{ ...one, named_by }] }), 0)?.rubrics?.each[0]?.text;
    expect(asked("api")).toBe("asked of the old primary");
    // Of one that nobody has added nothing is known but who answered.
    expect(asked("config")).toBe("asked of the candidate");
  });

  test("is the judge's opinion of the sampled pairs alone, the same ones each time", () => {
    const config = configWith({ judge: { model: "gpt-main", sample_rate: 0.3 } });
    const ids = Array.from({ length: 500 }, (_, index) => `pair_${index}_quiet`);
    const judged = ids.filter((id) => reviewJobOf(pairOf({ id }), config, 0) !== null);
    expect(judged).toEqual(ids.filter((id) => stableFraction(`judge ${id}`) < 0.3));
    expect(judged.length / ids.length).toBeCloseTo(0.3, 1);
  });

  test("has the rubric with it", () => {
    const config = configWith({ judge: { model: "gpt-main", sample_rate: 1, rubric: "Prices first." } });
    const job = reviewJobOf(pairOf(), config, 0);
    expect(parseReviewJob(job)?.judge).toEqual({ model: "gpt-main", daily_budget_usd: 5, rubric: "Prices first." });
  });

  test("is the similarity of the others too", () => {
    const config = configWith({ judge: { model: "gpt-main", sample_rate: 0 }, embedding_model: "gpt-main" });
    expect(reviewJobOf(pairOf(), config, 0)).toMatchObject({ judge: null, not_judged: "not_sampled" });
  });

  test("is no preference between identical answers", () => {
    const silent = primaryRecord({ answer: answer("Hello") });
    expect(reviewJobOf(pairOf({ silent }), both, 0)).toMatchObject({ judge: null, not_judged: "identical" });
  });
});

describe("a review on its way to the queue", () => {
  function bench({ add, waiting = 0 }: { readonly add?: () => Promise<void>; readonly waiting?: number } = {}) {
    const added: ReviewJob[] = [];
    const saved: Review[] = [];
    const depth: QueueDepth = { waiting, active: 0, delayed: 0, failed: 0 };
    const queue = {
      producer: {
        add: add ?? ((jobs: readonly ReviewJob[]) => Promise.resolve(void added.push(...jobs))),
        depth: () => Promise.resolve(depth),
        holding: () => Promise.resolve(new Set<string>()),
      },
    } as unknown as ReviewQueue;
    const store = {
      reviews: { ...gone.reviews, save: (review: Review) => Promise.resolve((saved.push(review), "stored" as const)) },
      pairs: {
        ...gone.pairs,
        read: () => Promise.resolve(pairOf({ silent: primaryRecord({ answer: answer("The stored one") }) })),
      },
    };
    const { logger, lines } = keepLines();
    return {
      admit: createReviewAdmission({
        queue,
        store,
        reviewed: () => both,
        clock: systemClock,
        logger,
        loggingOf: reviewLoggingOf,
        onReview: () => undefined,
      }),
      added,
      saved,
      lines,
    };
  }

  test("arrives", async () => {
    const { admit, added, saved } = bench();
    await admit(pairOf(), "stored", {});
    expect([added.length, saved.length]).toEqual([1, 0]);
  });

  test("knows where its request's spans stand, and nothing where the client wants no log", async () => {
    const { admit, added } = bench();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    await admit(pairOf(), "stored", { traceparent });
    await admit(pairOf(), "stored", { traceparent, none: true });
    expect(added.map(({ logging }) => logging?.traceparent)).toEqual([traceparent, undefined]);
    expect(added[1]?.logging).toBeUndefined();
  });

  test("of a pair that is there already is of what is stored", async () => {
    const { admit, added } = bench();
    await admit(pairOf(), "duplicate", {});
    expect(added).toMatchObject([{ pair_id: "pair_1_quiet", silent: "The stored one" }]);
  });

  test("that cannot be put there is counted, and the pair is left alone", async () => {
    for (const of of [{ add: () => Promise.reject(new Error("away")) }, { waiting: 10_000 }]) {
      const { admit, saved, added } = bench(of);
      await admit(pairOf(), "stored", {});
      expect(added).toEqual([]);
      expect(saved).toMatchObject([
        { pair_id: "pair_1_quiet", not_judged: "queue_unavailable", similarity_failed: true },
      ]);
    }
  });

  test("is said to be lost when nothing can be written either", async () => {
    const { logger, lines } = keepLines();
    const away = () => Promise.reject(new Error("away"));
    const queue = { producer: { add: away, depth: away, holding: away } } as unknown as ReviewQueue;
    const admit = createReviewAdmission({
      queue,
      store: gone,
      reviewed: () => both,
      clock: systemClock,
      logger,
      onReview: () => undefined,
    });
    await admit(pairOf(), "stored", {});
    expect(lines.map(({ message }) => message)).toEqual(["a review could not be put on its queue", "a review is lost"]);
  });
});
