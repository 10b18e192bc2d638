import type { Decision } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { describeWith, stopAll } from "@understudy/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidatesConfig } from "./support/candidates.ts";
import { entered, ROUND, sendRound, settled } from "./support/rounds.ts";
import { getJson, startSystem, type System } from "./support/system.ts";

const MOST = 8_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "two candidates", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ config: await candidatesConfig() });
  });

  test("the equal and cheaper one is promoted, the worse one rejected", { timeout: 1_800_000 }, async () => {
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
    { timeout: 1_800_000 },
    async () => {
      const system = await startSystem({ config: await brokenCandidates() });
      await sendRound(system.url, 0);
      await settled(system.url, 3);
      for (const candidate of ["equal-and-cheaper", "worse"]) {
        await entered(system.url, candidate, ROUND);
        const report = await getJson<Report>(`${system.url}/api/experiments/primary-model~${candidate}/report`);
        expect(report.verdict.decision, JSON.stringify(report.verdict)).toBe("reject");
      }
    },
  );
});
