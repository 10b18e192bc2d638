import type { Report, Review } from "@understudy/evaluation";
import type { Pair } from "@understudy/store";
import { describeWith, openBrowser, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allPairs, EXPERIMENT, getJson, startSystem, type System } from "./support/system.ts";

/** Ten that have one right answer, and two that are told in a model's own words; every third is streamed. */
const PROMPTS = [
  ...Array.from({ length: 10 }, (_, index) => `What is ${index} plus 3?`),
  "Explain in your own words how the umbrella became so popular.",
  "Explain in your own words how the bicycle became so popular.",
];

/** A judge that reads every pair, and a check that every answer passes. */
function more(providerUrl: string): string {
  return `
  - model_name: judge
    litellm_params:
      model: openai/sim-judge
      api_base: ${providerUrl}/v1
      api_key: sk-test-judge-key
      input_cost_per_token: 0.000001
      output_cost_per_token: 0.000004
mirror_settings:
  judge: { model: judge, sample_rate: 1, daily_budget_usd: 1 }
  verdict: { conversation_horizon: 1s }
  checks:
    - { type: regex, value: "\\\\S", metric: says something }
`;
}

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "text completions", () => {
  let system: System;
  let pairs: readonly Pair[];
  const report = () => getJson<Report>(`${system.url}/api/experiments/${EXPERIMENT}/report`);

  beforeAll(async () => {
    system = await startSystem({ more });
    const openai = new OpenAI({ baseURL: `${system.url}/v1`, apiKey: "sk-test-client", maxRetries: 0 });
    for (const [index, prompt] of PROMPTS.entries()) {
      const asked = { model: "primary-model", prompt, max_tokens: 400 };
      if (index % 3 > 0) await openai.completions.create(asked);
      else for await (const { choices } of await openai.completions.create({ ...asked, stream: true })) void choices;
    }
    await pollUntil(report, {
      what: "all completions reviewed and entered",
      until: ({ verdict, reviews, pairs: { called } }) =>
        called === PROMPTS.length &&
        verdict.pairs === PROMPTS.length &&
        reviews.judged + (reviews.not_judged["identical"] ?? 0) === PROMPTS.length,
      timeoutMs: 60_000,
      every: 300,
    });
    pairs = await allPairs(system.url);
  }, 240_000);

  test("are compared as any text is, by kinds of answer, with checks and a judge who has read the prompt", async () => {
    expect(pairs).toHaveLength(PROMPTS.length);
    const { pairs: of, quality, verdict, reviews } = await report();
    expect(of).toEqual({ called: PROMPTS.length, comparable: PROMPTS.length, not_comparable: {} });
    expect(quality.disagreement.of).toBeGreaterThan(0);
    expect(verdict.kinds.map(({ name }) => name)).toEqual(expect.arrayContaining(["stream"]));
    expect(verdict.criteria.find(({ name }) => name === "own_checks")?.pairs).toBe(PROMPTS.length);
    expect(reviews.unparseable.count).toBe(0);
    expect(Object.keys(reviews.not_judged).filter((reason) => reason !== "identical")).toEqual([]);
    const judged = system.simulator.requests().filter(({ model }) => model === "sim-judge");
    expect(judged.length).toBeGreaterThan(0);
    for (const { body } of judged) expect(JSON.stringify(body)).toMatch(/user: (?:What is \d plus 3|Explain in your)/);
  });

  test("have both texts, figures of both sides, checks and the prompt in each pair, on the page too", async () => {
    const { page, faults } = await (await openBrowser()).open({ width: 1400, height: 1000 });
    for (const { id } of [pairs.at(-1), pairs[0]].filter((pair) => pair !== undefined)) {
      const pair = await getJson<Pair & { review: Review | null }>(`${system.url}/api/pairs/${id}`);
      expect(pair.own_checks?.results).toMatchObject([{ name: "says something", primary: "pass", silent: "pass" }]);
      expect(pair.request).toMatchObject({ prompt: expect.any(String) as string });
      await page.goto(`${system.url}/ui/pairs/${id}`);
      for (const call of [pair.primary, pair.silent]) {
        expect(call).toMatchObject({ operation: "completions", status: "ok" });
        expect(call?.usage?.output_tokens).toBeGreaterThan(0);
        expect(call?.cost_usd).toBeGreaterThan(0);
        const side = call?.role === "primary" ? "left" : "right";
        const shown = await page.locator(`section[aria-labelledby="head-${side}"]`).textContent();
        const squeezed = (text: string | null | undefined): string => (text ?? "").replaceAll(/\s+/g, "");
        expect(squeezed(shown)).toContain(squeezed(call?.answer?.text));
      }
      await page
        .getByText((pair.request as { prompt: string }).prompt)
        .first()
        .waitFor();
    }
    expect(faults).toEqual([]);
  });

  test("are in the command line's report", async () => {
    const run = spawnProcess("node", ["apps/cli/src/main.ts", "report", EXPERIMENT, "--url", system.url]);
    expect((await run.exit).code).toBe(0);
    const text = run.lines.map(({ text: line }) => String(line)).join("\n");
    expect(text).toContain(`${PROMPTS.length} admitted = ${PROMPTS.length} paired`);
    expect(text).toContain("own checks");
  });
});
