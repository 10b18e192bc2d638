import type { Report } from "@understudy/evaluation";
import { demoRequests } from "@understudy/simulator";
import type { ExperimentSummary } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { expect } from "vitest";
import { getJson, send } from "./system.ts";

export const ROUND = 350;
/** Ends what hangs; a crowded machine takes minutes. */
const LONGEST_MS = 900_000;

/** So many varied requests, a few at once. */
export async function sendRound(url: string, from: number): Promise<void> {
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

/** None is open before the first has been found; and of long conversations not every pair enters. */
const MOST = 0.9;

/** Once all conversations have entered, and the judge has spoken of most. */
export async function entered(url: string, candidate: string, sent: number): Promise<void> {
  const read = () => getJson<Report>(`${url}/api/experiments/primary-model~${candidate}/report`);
  const until = ({ verdict, reviews, pairs }: Report): boolean =>
    verdict.open === 0 && verdict.pairs > MOST * sent && pairs.called === sent && reviews.judged > 0;
  await pollUntil(read, { what: "all conversations in the evidence", until, timeoutMs: LONGEST_MS, every: 500 });
}

/** Once every mirror has its outcome, and the account says so. */
export async function settled(url: string, experiments: number): Promise<void> {
  const read = async () => (await getJson<{ data: readonly ExperimentSummary[] }>(`${url}/api/experiments`)).data;
  const ended = (all: readonly ExperimentSummary[]): boolean =>
    all.length === experiments && all.every(({ counts }) => counts.pending === 0 && counts.admitted % ROUND === 0);
  await pollUntil(read, { what: "outcomes of all mirrors", until: ended, timeoutMs: LONGEST_MS, every: 200 });
}
