import type { Decision, Report } from "@understudy/evaluation";
import { demoRequests } from "@understudy/simulator";
import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import type { ExperimentSummary } from "@understudy/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidatesConfig } from "./support/candidates.ts";
import { getJson, send, startSystem, type System } from "./support/system.ts";

const ROUND = 250;
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
      await settled(system.url);
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

/** Once every mirror has its outcome, and the account says so. */
async function settled(url: string): Promise<void> {
  const read = async () => (await getJson<{ data: readonly ExperimentSummary[] }>(`${url}/api/experiments`)).data;
  const ended = (all: readonly ExperimentSummary[]): boolean =>
    all.length === 3 && all.every(({ counts }) => counts.pending === 0 && counts.admitted % ROUND === 0);
  await pollUntil(read, { what: "outcomes of all mirrors", until: ended, timeoutMs: 60_000, every: 200 });
}
