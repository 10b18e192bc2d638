import type { Report } from "@understudy/evaluation";
import { describeWith, openBrowser, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import type { PairPage } from "@understudy/store";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFolds } from "./support/open-folds.ts";
import { getJson, startSystem, type System } from "./support/system.ts";

const REQUESTS = 300;
const INPUTS = 6;

/** A model, the same one elsewhere for half the money, another one, and the model itself as its own control. */
function config(providerUrl: string): string {
  const group = (name: string, model: string, price: number, more = "") => `
  - model_name: ${name}
    litellm_params:
      model: openai/${model}
      api_base: ${providerUrl}/v1
      api_key: sk-test-simulator
      input_cost_per_token: ${price}
      output_cost_per_token: 0${more}`;
  const silent = "\n      silent_model: [elsewhere, other, { model: embed, control: true }]";
  return `model_list:${group("embed", "sim-embedding", 0.0002, silent)}${group("elsewhere", "sim-embedding", 0.0001)}${group("other", "sim-embedding-other", 0.0001)}
mirror_settings:
  margins: { quality_loss: 0.05, error_rate: 0.02, latency: null, p95_latency: null, cost: 1 }
  verdict: { minimum_span: 0s, conversation_horizon: 1s, max_call_usd: 0.1 }
`;
}

const SUBJECTS = ["The harbour", "A teacher", "Our engine", "Every garden", "This letter", "The council"];
const DEEDS = [
  "was closed in winter",
  "wrote about the river",
  "needs a new valve",
  "opens at nine",
  "cost us a fortune",
];

/** Texts that are alike in parts, and in other parts each time. */
function inputsOf(request: number): readonly string[] {
  return Array.from({ length: INPUTS }, (_, index) => {
    const [subject, deed] = [SUBJECTS[(request + index) % 6], DEEDS[(request * 7 + index * 3) % 5]];
    return `${subject} ${deed}, says page ${(request * 31 + index * 17) % 997}.`;
  });
}

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "embeddings of three models", () => {
  let system: System;
  const reportOn = (silent: string) => getJson<Report>(`${system.url}/api/experiments/embed~${silent}/report`);

  beforeAll(async () => {
    system = await startSystem({ config });
    const openai = new OpenAI({ baseURL: `${system.url}/v1`, apiKey: "sk-test-client", maxRetries: 0 });
    const requests = Array.from({ length: REQUESTS }, (_, request) => request).values();
    const sendOn = async (): Promise<void> => {
      for (const request of requests) {
        const { data } = await openai.embeddings.create({ model: "embed", input: [...inputsOf(request)] });
        expect(data).toHaveLength(INPUTS);
      }
    };
    await Promise.all(Array.from({ length: 8 }, sendOn));
    for (const silent of ["elsewhere", "other"]) {
      await pollUntil(() => reportOn(silent), {
        what: "all requests in the evidence",
        until: ({ verdict, pairs }) => pairs.called === REQUESTS && verdict.pairs === REQUESTS,
        timeoutMs: 120_000,
        every: 500,
      });
    }
  }, 240_000);

  test("the same model elsewhere is promoted: it ranks alike, and costs half", async () => {
    const { verdict, quality, cost, tokens } = await reportOn("elsewhere");
    expect(verdict.decision, JSON.stringify(verdict)).toBe("promote");
    expect(verdict.kinds.map(({ name }) => name)).toContain("answer=embeddings");
    expect(quality.vectors).toEqual({
      pairs: REQUESTS,
      rank_correlation: { mean: 1, p5: 1, p50: 1 },
      same_nearest: { mean: 1 },
    });
    expect(quality.disagreement).toMatchObject({ count: 0, of: REQUESTS });
    expect(cost.ratio.value).toBeCloseTo(0.5, 6);
    expect(tokens.primary_input).toBe(tokens.silent_input);
    expect([tokens.primary_output, tokens.silent_output]).toEqual([0, 0]);
  });

  test("another model is not, and is not called worse either", async () => {
    const { verdict, quality } = await reportOn("other");
    expect(verdict.decision).toBe("keep_watching");
    expect(verdict.criteria.find(({ name }) => name === "likeness")?.state).toBe("fail");
    expect(quality.vectors?.pairs).toBe(REQUESTS);
    expect(quality.vectors?.rank_correlation.mean).toBeGreaterThan(0.3);
    expect(quality.vectors?.rank_correlation.mean).toBeLessThan(0.95);
    expect(quality.measures.find(({ name }) => name === "dimensions_match")?.rate.value).toBe(1);
    expect(quality.flags.find(({ name }) => name === "missing_vectors")?.silent.count).toBe(0);
  });

  test("the command line says how alike they rank", async () => {
    const run = spawnProcess("node", ["apps/cli/src/main.ts", "report", "embed~other", "--url", system.url]);
    expect((await run.exit).code).toBe(0);
    const text = run.lines.map(({ text: line }) => String(line)).join("\n");
    expect(text).toMatch(/rank correlation p50 .*0\.\d{3}/);
    expect(text).toMatch(/same nearest neighbour .*%/);
  });

  test("on the page an experiment has the correlation, and a pair its rankings", async () => {
    const { page, faults } = await (await openBrowser()).open({ width: 1400, height: 1000 });
    await page.goto(`${system.url}/ui/experiments/${encodeURIComponent("embed~other")}`);
    await openFolds(page);
    await page.getByText("rank correlation of embeddings, mean").waitFor();
    const { data } = await getJson<PairPage>(`${system.url}/api/pairs?experiment=embed~other&limit=1`);
    await page.goto(`${system.url}/ui/pairs/${data[0]?.id ?? ""}`);
    await page.getByRole("heading", { name: "Rankings" }).waitFor();
    await page.getByText(`${INPUTS} vectors of 256 numbers, not kept`).first().waitFor();
    expect(faults).toEqual([]);
  });
});
