import type { Report } from "@understudy/evaluation";
import { describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { chatBody, EXPERIMENT, getJson, send, startSystem, type System } from "./support/system.ts";

const PAIRS = 6;

const LABELLED = (url: string): string => `
  - model_name: judge
    litellm_params:
      model: openai/sim-judge
      api_base: ${url}/v1
      api_key: sk-test-judge-key
      input_cost_per_token: 0.000001
      output_cost_per_token: 0.000004
mirror_settings:
  judge: { model: judge, sample_rate: 1 }
  labels: { sample_rate: 1 }
  verdict: { minimum_span: 0, conversation_horizon: 0 }
`;

afterAll(stopAll);

function reportWhen(system: System, until: (report: Report) => boolean): Promise<Report> {
  const report = (): Promise<Report> => getJson(`${system.url}/api/experiments/${EXPERIMENT}/report`);
  return pollUntil(report, { what: "labels", until, timeoutMs: 60_000, every: 200 });
}

await describeWith({ redis: true, postgres: true }, "people's labels", () => {
  test(
    "a worker draws what is judged, a person labels it on the command line, and it enters",
    { timeout: 150_000 },
    async () => {
      const system = await startSystem({ more: LABELLED });
      for (let index = 0; index < PAIRS; index += 1) {
        const answer = await send(
          system.url,
          chatBody(`Explain in your own words how number ${index} became so popular.`),
        );
        await answer.text();
      }
      // Identical answers are judged by nobody, and labelled by nobody.
      const { labels: drawn } = await reportWhen(
        system,
        ({ reviews, labels }) =>
          reviews.judged + (reviews.not_judged.identical ?? 0) === PAIRS && labels?.drawn === reviews.judged,
      );
      expect(drawn?.waiting).toBeGreaterThan(0);
      const typed = `yes '3 as good' | head -${PAIRS}`;
      const command = `node apps/cli/src/main.ts label --experiment ${EXPERIMENT} --reviewer eve --url ${system.url}`;
      const label = spawnProcess("sh", ["-c", `${typed} | ${command}`]);
      expect((await label.exit).code).toBe(0);
      const { labels, verdict } = await reportWhen(system, (report) => report.labels?.entered === PAIRS);
      expect(labels).toMatchObject({ waiting: 0, labelled: drawn?.waiting, labels: drawn?.waiting });
      expect(verdict.criteria.find(({ name }) => name === "labels")).toMatchObject({ state: "open", pairs: PAIRS });
    },
  );
});
