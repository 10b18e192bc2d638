import type { Decision } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { demoRequests } from "@understudy/simulator";
import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import type { ExperimentSummary } from "@understudy/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidatesConfig } from "./support/candidates.ts";
import { getJson, send, startSystem, type System } from "./support/system.ts";

const ROUND = 350;
const MOST = 8_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "two candidates", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ config: await candidatesConfig() });
  });

  test("the equal and cheaper one is promoted, the worse one rejected", { timeout: 240_000 }, async () => {
    const decidedAt = new Map<string, { readonly decision: Decision; readonly pairs: number }>();
    let report: Report | null = null;
    for (let sent = 0; sent < MOST && decidedAt.size < 2; sent += ROUND) {
      await sendRound(system.url, sent);
      await settled(system.url, 3);
      await entered(system.url, "equal-and-cheaper", sent + ROUND);
      for (const candidate of ["equal-and-cheaper", "worse"]) {
        report = await getJson<Report>(`${system.url}/api/experiments/primary-model~${candidate}/report`);
        const { decision, pairs } = report.verdict;
        if (decision !== "keep_watching" && !decidedAt.has(candidate)) decidedAt.set(candidate, { decision, pairs });
      }
    }
    console.log(`decided: ${JSON.stringify(Object.fromEntries(decidedAt))}`);
    expect(decidedAt.get("worse")?.decision).toBe("reject");
    expect(decidedAt.get("equal-and-cheaper")?.decision, JSON.stringify(report?.verdict)).toBe("promote");
    expect(report?.quality.floor?.of).toBeGreaterThan(0);
  });
});

/** What a candidate says to everything. */
const GARBAGE = "wibble gnarl the flurb of nine";
const LOOP = { role: "assistant", content: "and again ".repeat(1_500) };

/** The example's candidates, each made to answer so, in the gateway's own process. */
async function brokenCandidates(): Promise<(providerUrl: string) => string> {
  const config = await candidatesConfig();
  const mocked = (answer: unknown): string => `      mock_response: ${JSON.stringify(answer)}\n`;
  const loop = { choices: [{ index: 0, message: LOOP, finish_reason: "length" }] };
  return (providerUrl) =>
    config(providerUrl)
      .replace("      model: openai/sim-equal\n", `      model: openai/sim-equal\n${mocked(GARBAGE)}`)
      .replace("      model: openai/sim-worse\n", `      model: openai/sim-worse\n${mocked(loop)}`);
}

await describeWith({ redis: true, postgres: true }, "a candidate that", () => {
  test(
    "writes garbage, and one that loops to its limit, are rejected and never promoted",
    { timeout: 240_000 },
    async () => {
      const system = await startSystem({ config: await brokenCandidates() });
      await sendRound(system.url, 0);
      await settled(system.url, 3);
      await entered(system.url, "worse", ROUND);
      for (const candidate of ["equal-and-cheaper", "worse"]) {
        const report = await getJson<Report>(`${system.url}/api/experiments/primary-model~${candidate}/report`);
        expect(report.verdict.decision, JSON.stringify(report.verdict)).toBe("reject");
      }
    },
  );
});

async function sendRound(url: string, from: number): Promise<void> {
  const prompts = demoRequests();
  const indexes = Array.from({ length: ROUND }, (_, index) => from + index).values();
  const sendOn = async (): Promise<void> => {
    for (const index of indexes) {
      const { stream: _, ...request } = prompts[index % prompts.length] ?? {};
      const answer = await send(url, JSON.stringify({ ...request, model: "primary-model" }));
      expect(answer.status).toBe(200);
      await answer.text();
    }
  };
  await Promise.all(Array.from({ length: 16 }, sendOn));
}

/** Once all conversations have entered, and the judge has spoken of most. */
async function entered(url: string, candidate: string, sent: number): Promise<void> {
  const read = () => getJson<Report>(`${url}/api/experiments/primary-model~${candidate}/report`);
  const until = ({ verdict, reviews, pairs }: Report): boolean =>
    verdict.open === 0 && pairs.called === sent && reviews.judged > 0;
  await pollUntil(read, { what: "all conversations in the evidence", until, timeoutMs: 60_000, every: 500 });
}

/** Once every mirror has its outcome, and the account says so. */
async function settled(url: string, experiments: number): Promise<void> {
  const read = async () => (await getJson<{ data: readonly ExperimentSummary[] }>(`${url}/api/experiments`)).data;
  const ended = (all: readonly ExperimentSummary[]): boolean =>
    all.length === experiments && all.every(({ counts }) => counts.pending === 0 && counts.admitted % ROUND === 0);
  await pollUntil(read, { what: "outcomes of all mirrors", until: ended, timeoutMs: 60_000, every: 200 });
}
