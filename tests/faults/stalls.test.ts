import type { SeenRequest } from "@understudy/simulator";
import { describeWith, stopAll } from "@understudy/testkit";
import { afterEach, expect, test } from "vitest";
import { allPairs, chatBody, experimentWhen, send, startSystem, type System } from "../support/system.ts";

const SILENT = "silent-under-test";
const JOBS = 5;
/** A job's lock lasts 5 s and is looked at every 2.5 s; the rest is for a machine that others use, too. */
const PICKED_UP_MS = 10_000;
/** Crashes that are put down to a job before it is put aside; the first start is none. */
const CRASHES_BEFORE_ASIDE = 3;

afterEach(stopAll);

await describeWith({ redis: true, postgres: true }, "jobs of killed workers", () => {
  test("are picked up within 10 s, and a second crash does not fail them", async () => {
    const system = await startSystem({ silent: SILENT, appendonly: true });
    system.simulator.script(SILENT, "hang");
    let taken = silentCalls(system, JOBS);
    for (let job = 0; job < JOBS; job += 1) await ask(system, `What is ${job} plus 1?`);
    await taken;
    for (const crash of [1, 2]) {
      await system.startWorker();
      // What is taken after the second crash may be answered.
      if (crash === 2) system.simulator.script(SILENT, null);
      taken = silentCalls(system, JOBS);
      const killedAt = performance.now();
      system.workers[crash - 1]?.kill("SIGKILL");
      await taken;
      expect(performance.now() - killedAt).toBeLessThan(PICKED_UP_MS);
    }
    const { counts } = await experimentWhen(system.url, (now) => now.counts.pending === 0 && now.counts.paired > 0);
    expect(counts).toMatchObject({ admitted: JOBS, paired: JOBS, failed: 0, dropped: {}, lost: 0 });
  });

  test("a job that every worker dies of is put aside, and others are not", async () => {
    const system = await startSystem({ silent: SILENT, appendonly: true });
    system.simulator.script(SILENT, "hang");
    const taken = silentCalls(system, 1);
    await ask(system, "poison");
    await taken;
    let starts = 1;
    const stopWatching = system.simulator.onRequest((request) => {
      if (!isSilent(request)) return;
      if (JSON.stringify(request.body).includes("poison")) {
        starts += 1;
        system.workers.at(-1)?.kill("SIGKILL");
      }
    });
    system.workers[0]?.kill("SIGKILL");
    for (let crash = 1; crash < CRASHES_BEFORE_ASIDE; crash += 1) {
      const worker = await system.startWorker();
      await worker.exit;
    }
    await system.startWorker();
    system.simulator.script(SILENT, null);
    await ask(system, "What is 1 plus 1?");
    const { counts } = await experimentWhen(
      system.url,
      (now) => now.counts.admitted === 2 && now.counts.pending === 0 && now.counts.paired > 0,
    );
    stopWatching();
    expect(counts).toMatchObject({ paired: 1, failed: 0, dropped: { stalled: 1 }, lost: 0 });
    expect(starts).toBe(CRASHES_BEFORE_ASIDE);
    expect((await allPairs(system.url)).map(({ outcome }) => outcome).toSorted()).toEqual(["dropped", "paired"]);
  });
});

async function ask(system: System, prompt: string): Promise<void> {
  const answer = await send(system.url, chatBody(prompt));
  await answer.arrayBuffer();
  expect(answer.status).toBe(200);
}

/** Resolves when so many different requests have reached the silent model from now on. */
function silentCalls({ simulator }: System, count: number): Promise<void> {
  const prompts = new Set<string>();
  return new Promise((resolve) => {
    const stop = simulator.onRequest((request) => {
      if (!isSilent(request)) return;
      prompts.add(JSON.stringify(request.body));
      if (prompts.size < count) return;
      stop();
      resolve();
    });
  });
}

function isSilent(request: SeenRequest): boolean {
  return (request.body as { readonly model?: unknown }).model === SILENT;
}
