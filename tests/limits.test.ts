import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { afterEach, expect, test } from "vitest";
import { chatBody, experimentWhen, send, sendMany, startSystem, type System } from "./support/system.ts";

const SILENT = "silent-under-test";
const QUEUE_LENGTH = 20;
/** From 80% of the queue's length on requests begin to give way. */
const ROOMY = 16;
const REQUESTS = 60;
const JOB_AGE_MS = 1_000;
const AGED = 5;

afterEach(stopAll);

await describeWith({ redis: true, postgres: true }, "what waits on a queue has limits", () => {
  test("of length: what is beyond it is dropped and counted, and clients see nothing of it", async () => {
    const system = await startSystem({ workers: 0, more: `mirror_settings: { max_queue_length: ${QUEUE_LENGTH} }` });
    // One at a time, so that the gateway knows how long the queue is.
    await sendMany(system.url, REQUESTS, answered, 1);
    const { counts } = await experimentWhen(system.url, (now) => now.counts.admitted === REQUESTS);
    const dropped = counts.dropped["queue_full"] ?? 0;
    expect(counts).toMatchObject({ dropped: { queue_full: dropped }, pending: REQUESTS - dropped });
    expect(counts.pending).toBeGreaterThanOrEqual(ROOMY);
    expect(counts.pending).toBeLessThanOrEqual(QUEUE_LENGTH);
    expect(await metricsOf(system.url)).toContain(
      `understudy_mirrors_dropped_total{experiment="primary-model~evaluation-model",reason="queue_full"} ${dropped}`,
    );
    const worker = await system.startWorker();
    await experimentWhen(system.url, (now) => now.counts.pending === 0);
    const { url } = await worker.line((line) => line["message"] === "worker listens");
    const ended = { failed: 0, expired: 0, lost: 0, pending: 0 };
    const account = { admitted: REQUESTS, paired: REQUESTS - dropped, dropped };
    expect(ledgerIn(await metricsOf(String(url)))).toEqual({ ...account, ...ended });
  });

  test("of age: a job that has waited longer expires, and its silent model is not called", async () => {
    const more = `mirror_settings: { max_job_age: ${JOB_AGE_MS / 1_000}s }`;
    const system = await startSystem({ workers: 0, silent: SILENT, more });
    const calls = countSilentCalls(system);
    for (let count = 0; count < AGED; count += 1) await answered(await send(system.url, chatBody(`${count}?`)));
    const sentAt = performance.now();
    await experimentWhen(system.url, (now) => now.counts.pending === AGED);
    await pollUntil(() => performance.now() - sentAt > JOB_AGE_MS, { what: "jobs that are too old" });
    await system.startWorker();
    const { counts } = await experimentWhen(system.url, (now) => now.counts.pending === 0);
    expect(counts).toMatchObject({ admitted: AGED, expired: AGED, paired: 0, failed: 0, dropped: {}, lost: 0 });
    expect(calls()).toBe(0);
  });
});

async function answered(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** The account as the worker's metrics have it. */
function ledgerIn(metrics: string): Readonly<Record<string, number>> {
  const lines = metrics.matchAll(/^understudy_ledger_mirrors\{.*state="(\w+)".*\} (\d+)$/gmu);
  return Object.fromEntries([...lines].map(([, state, mirrors]) => [state, Number(mirrors)]));
}

function countSilentCalls({ simulator }: System): () => number {
  let calls = 0;
  simulator.onRequest(({ body }) => {
    if ((body as { readonly model?: unknown }).model === SILENT) calls += 1;
  });
  return () => calls;
}
