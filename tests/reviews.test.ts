import type { Report, Review } from "@understudy/evaluation";
import type { Pair } from "@understudy/store";
import { describeWith, openBrowser, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { openFolds } from "./support/open-folds.ts";
import {
  allPairs,
  chatBody,
  EXPERIMENT,
  experimentWhen,
  getJson,
  send,
  startSystem,
  type System,
} from "./support/system.ts";

const PAIRS = 12;

/** Model groups of a judge and an embedding model; `settings` are those of the judge. */
function withReviews(judge: string, settings: string) {
  return (url: string): string => `
  - model_name: judge
    litellm_params:
      model: openai/${judge}
      api_base: ${url}/v1
      api_key: sk-test-judge-key
      input_cost_per_token: 0.000001
      output_cost_per_token: 0.000004
  - model_name: embedder
    litellm_params:
      model: openai/sim-embedding
      api_base: ${url}/v1
      api_key: sk-test-judge-key
      input_cost_per_token: 0.0000001
      output_cost_per_token: 0
router_settings:
  disable_cooldowns: true
mirror_settings:
  embedding_model: embedder
  judge: { model: judge, sample_rate: 1, ${settings} }
`;
}

afterAll(stopAll);

/** Open questions, on which two models differ in their words; each is sent to the end. */
async function sendQuestions(system: System, count = PAIRS): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const answer = await send(system.url, chatBody(`Explain in your own words how number ${index} became so popular.`));
    expect(answer.status).toBe(200);
    await answer.text();
  }
}

const reportOf = (system: System): Promise<Report> => getJson(`${system.url}/api/experiments/${EXPERIMENT}/report`);

/** The report once every pair has its review, or `reviewed` of them. */
function reportWhenReviewed(system: System, reviewed = PAIRS): Promise<Report> {
  const done = ({ reviews }: Report): boolean =>
    reviews.judged + Object.values(reviews.not_judged).reduce((sum, count) => sum + count, 0) >= reviewed;
  return pollUntil(() => reportOf(system), {
    what: "reviews of all pairs",
    until: done,
    timeoutMs: 60_000,
    every: 200,
  });
}

const callsOf = (system: System, model: string): number =>
  system.simulator.requests().filter((request) => request.model === model).length;

/** Silent calls that the simulator was asked for. */
const silentCalls = (system: System): number => callsOf(system, "gpt-4o");

await describeWith({ redis: true, postgres: true }, "reviews of pairs", () => {
  test("a judge's preferences and the similarity stand in the report, the pair and the command line", async () => {
    const system = await startSystem({ more: withReviews("sim-judge", "daily_budget_usd: 5") });
    await sendQuestions(system);
    const { reviews, verdict } = await reportWhenReviewed(system);
    const { identical = 0 } = reviews.not_judged;
    expect(reviews.judged + identical).toBe(PAIRS);
    expect(reviews.judged).toBeGreaterThan(0);
    expect([reviews.order_dependent.count, reviews.unparseable.count]).toEqual([0, 0]);
    const { prefer_silent, prefer_primary, tie } = reviews;
    expect(prefer_silent.count + prefer_primary.count + tie.count).toBe(reviews.judged);
    expect(prefer_silent.low).toBeLessThanOrEqual(prefer_silent.value ?? -1);
    // Both orders of each pair, and no more.
    expect(callsOf(system, "sim-judge")).toBe(2 * reviews.judged);
    expect(reviews.judge_cost_usd).toBeGreaterThan(0);
    expect(reviews.similarity).toMatchObject({ pairs: PAIRS, failed: 0 });
    expect(reviews.similarity.mean).toBeGreaterThan(0);
    expect(reviews.embedding_cost_usd).toBeGreaterThan(0);
    expect(verdict.criteria.map(({ name }) => name)).not.toContain("similarity");

    const pairs = await allPairs(system.url);
    const details = await Promise.all(
      pairs.map(({ id }) => getJson<Pair & { review: Review }>(`${system.url}/api/pairs/${id}`)),
    );
    const judged = details.filter(({ review }) => review.judgement !== null);
    expect(judged).toHaveLength(reviews.judged);
    expect(judged[0]?.review).toMatchObject({ judge: "sim-judge-1", judge_prompt: 3, similarity_failed: false });
    const cost = details.reduce((sum, { review }) => sum + (review.judge_cost_usd ?? 0), 0);
    expect(cost).toBeCloseTo(reviews.judge_cost_usd, 9);

    const csv = spawnProcess("node", [
      "apps/cli/src/main.ts",
      "report",
      EXPERIMENT,
      "--url",
      system.url,
      "--format",
      "csv",
    ]);
    expect((await csv.exit).code).toBe(0);
    expect(csv.lines).toContainEqual({ text: `${EXPERIMENT},judged,${reviews.judged},,,pairs` });
    // What judging costs is in neither model's figures.
    const metrics = await (await fetch(`${await workerUrl(system)}/metrics`)).text();
    expect(metrics).toMatch(/understudy_calls_total\{role="judge",model_group="judge"/);
    expect(metrics).not.toMatch(/role="(?:silent|primary)",model_group="(?:judge|embedder)"/);
  });

  test("a judge that always says A depends on the order, and is no tie", async () => {
    const system = await startSystem({ more: withReviews("sim-judge-first", "daily_budget_usd: 5") });
    await sendQuestions(system);
    const { reviews, warnings } = await reportWhenReviewed(system);
    expect(reviews.order_dependent).toMatchObject({ count: reviews.judged, of: reviews.judged });
    expect(reviews.first_place_won.count).toBe(reviews.judged);
    expect([reviews.tie.of, reviews.prefer_silent.of]).toEqual([0, 0]);
    expect(warnings.join("\n")).toContain("prefers a place, not an answer");
  });

  test("garbage is no judgement", async () => {
    const system = await startSystem({ more: withReviews("sim-judge-garbage", "daily_budget_usd: 5") });
    await sendQuestions(system);
    const { reviews } = await reportWhenReviewed(system);
    expect(reviews.unparseable).toMatchObject({ count: reviews.judged, of: reviews.judged });
    expect([reviews.tie.of, reviews.order_dependent.of]).toEqual([0, 0]);
  });

  test("the day's budget stops the judging, of two workers together", async () => {
    const system = await startSystem({ more: withReviews("sim-judge", "daily_budget_usd: 0.018"), workers: 2 });
    await sendQuestions(system);
    const { reviews, warnings } = await reportWhenReviewed(system);
    const { identical = 0, over_budget = 0 } = reviews.not_judged;
    expect(over_budget).toBeGreaterThan(0);
    expect(reviews.judged).toBeGreaterThan(0);
    expect(reviews.judged).toBe(PAIRS - identical - over_budget);
    expect(callsOf(system, "sim-judge")).toBe(2 * reviews.judged);
    expect(reviews.judge_cost_usd).toBeLessThanOrEqual(0.018);
    expect(warnings.join("\n")).toContain("because the day's budget was spent");
  });

  test("with judge and embedding model down, pairs are stored and no silent call is repeated", async () => {
    const system = await startSystem({ more: withReviews("sim-judge", "daily_budget_usd: 5") });
    // Not to be tried again: a review that fails for good ends at once.
    system.simulator.script("sim-judge", "fail-401");
    system.simulator.script("sim-embedding", "fail-401");
    await sendQuestions(system);
    const { reviews, warnings } = await reportWhenReviewed(system);
    const { identical = 0, judge_failed = 0 } = reviews.not_judged;
    expect([reviews.judged, judge_failed + identical]).toEqual([0, PAIRS]);
    expect(reviews.similarity.failed + identical).toBe(PAIRS);
    expect(warnings.join("\n")).toContain("because the judge did not answer");
    const { counts } = await experimentWhen(system.url, ({ counts: { pending } }) => pending === 0);
    expect(counts).toMatchObject({ admitted: PAIRS, paired: PAIRS, failed: 0 });
    expect(silentCalls(system)).toBe(PAIRS);
    expect(reviews.judge_cost_usd).toBe(0);
  });

  test("a worker killed between two judgements pays for neither again, and for no silent call", async () => {
    const system = await startSystem({ more: withReviews("sim-judge", "daily_budget_usd: 5") });
    // The first order is answered, the second hangs: there the worker dies.
    system.simulator.scriptOnce("sim-judge", [null, "hang"]);
    await sendQuestions(system, 1);
    await pollUntil(() => callsOf(system, "sim-judge"), { until: (calls) => calls === 2, what: "both questions" });
    system.workers[0]?.kill("SIGKILL");
    await system.startWorker();
    const { reviews } = await reportWhenReviewed(system, 1);
    expect([reviews.judged, reviews.similarity.pairs]).toEqual([1, 1]);
    // The one that hung is asked again, and nothing else.
    expect(callsOf(system, "sim-judge")).toBe(3);
    expect(callsOf(system, "sim-embedding")).toBe(1);
    expect(silentCalls(system)).toBe(1);
  });
});

await describeWith({ redis: true, postgres: true, browser: true }, "reviews on the page", () => {
  test("stand on the experiment's page and on the pair's", async () => {
    const system = await startSystem({ more: withReviews("sim-judge", "daily_budget_usd: 5") });
    await sendQuestions(system);
    const { reviews } = await reportWhenReviewed(system);
    const { page, faults } = await (await openBrowser()).open({ width: 360, height: 740 });
    await page.goto(`${system.url}/ui/experiments/${encodeURIComponent(EXPERIMENT)}`);
    await openFolds(page);
    await page.getByRole("heading", { name: "Judge and similarity" }).waitFor();
    const shown = async (name: string): Promise<number> =>
      Number(await page.locator(`[data-figure="${name}"]`).getAttribute("data-value"));
    expect(await shown("judged")).toBe(reviews.judged);
    expect(await shown("prefer_silent")).toBeCloseTo(reviews.prefer_silent.value ?? -1, 9);
    expect(await shown("judge_cost")).toBeCloseTo(reviews.judge_cost_usd, 9);
    expect(await shown("similarity_mean")).toBeCloseTo(reviews.similarity.mean ?? -1, 9);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    const [pair] = await allPairs(system.url);
    await page.goto(`${system.url}/ui/pairs/${pair?.id}`);
    await page.getByRole("heading", { name: "Judge and similarity" }).waitFor();
    // On a telephone a row is a card, whose cells say their column's name.
    await page.getByRole("row", { name: /^judgement (?:said )?(?:prefer|tie|none: identical)/ }).waitFor();
    expect(faults).toEqual([]);
  });
});

async function workerUrl(system: System): Promise<string> {
  const line = await system.workers[0]?.line((entry) => entry["message"] === "worker listens");
  return String(line?.["url"]);
}
