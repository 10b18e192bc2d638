import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { EXPERIMENT, experimentWhen, getJson, sendMany, startSystem, type System } from "./support/system.ts";

const REQUESTS = 60;

await describeWith({ redis: true, postgres: true }, "while Redis is away", () => {
  afterAll(() => stopAll());

  /** Jobs that lie in the spool, counted by their lines. */
  async function spooledJobs(system: System): Promise<number> {
    const files = await readdir(system.spoolDir, { recursive: true });
    const jobs = files.filter((file) => file.endsWith(".jobs")).map((file) => path.join(system.spoolDir, file));
    const texts = await Promise.all(jobs.map((file) => readFile(file, "utf8")));
    return texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
  }

  test("jobs wait on disk, and outlive a gateway that is killed", async () => {
    const system = await startSystem({ appendonly: true });
    await system.redis.kill();
    await sendMany(system.url, REQUESTS, async (response) => {
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    });
    await pollUntil(() => spooledJobs(system), { until: (jobs) => jobs === REQUESTS, what: "all jobs on disk" });
    expect(await (await fetch(`${system.url}/metrics`)).text()).toMatch(
      /understudy_spool_bytes\{silent_model="evaluation-model"\} [1-9]/,
    );
    await experimentWhen(system.url, ({ counts }) => counts.pending === REQUESTS);

    system.gateway.kill("SIGKILL");
    await system.gateway.exit;
    const { url } = await system.startGateway();
    expect(await getJson(`${url}/api/experiments/${EXPERIMENT}`)).toMatchObject({ counts: { pending: REQUESTS } });
    await system.redis.restart();
    const { counts } = await experimentWhen(url, (now) => now.counts.pending === 0);
    expect(counts).toMatchObject({ admitted: REQUESTS, paired: REQUESTS, dropped: {}, lost: 0 });
    await pollUntil(() => spooledJobs(system), { until: (jobs) => jobs === 0, what: "an empty spool" });
  });
});
