import { resolveConfig } from "@understudy/config";
import { stillControl } from "@understudy/control/fixture";
import { silentLogger as logger, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import express from "express";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedBench, openEmbeddedBench } from "../fixtures/embedded.fixture.ts";
import { usualSettings } from "../fixtures/gateway.fixture.ts";
import { errorHandler } from "../http/error-response.ts";
import { assignRequestId } from "../http/request-id.ts";
import { readApi } from "../routes/read-api.ts";
import { createExperimentRuns } from "../control/experiment-runs.ts";
import { createReportMaker } from "./report-maker.ts";
import { createReports, type Reports } from "./reports.ts";

let bench: EmbeddedBench;
let reports: Reports;
let server: Server;
let url: string;
let now = 0;
/** A minute passes whenever somebody looks, so that no report is still fresh. */
const clock = { ...systemClock, monotonic: () => (now += 60_000) };

/** What is to happen when a report has taken too long. */
const alarms = new Set<() => void>();
function setAlarm(_ms: number, act: () => void): () => void {
  alarms.add(act);
  return () => alarms.delete(act);
}

beforeAll(async () => {
  bench = await openEmbeddedBench();
  const { store } = bench;
  const keys = ["ends", "throws", "hangs", "lives"].map((silent) => ({
    id: `main~${silent}`,
    primary: "main",
    silent,
  }));
  await store.ledger.write({ id: "led_1", counts: [], admissions: [], withdrawn: [] }, keys);
  const script = new URL("../fixtures/mortal-report-thread.fixture.ts", import.meta.url);
  const maker = createReportMaker({ clock: { ...systemClock, after: setAlarm }, script });
  const config = resolveConfig(usualSettings("http://127.0.0.1:9"), {});
  reports = createReports({
    control: stillControl(),
    config,
    store,
    clock,
    maker,
  });
  const app = express();
  app.use(assignRequestId(clock));
  const runs = createExperimentRuns({ config, control: stillControl(), clock });
  app.use(readApi({ store, reports, runs }));
  app.use(errorHandler(logger, clock));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await reports.service.stop(AbortSignal.timeout(60_000));
  await bench.close();
});

async function ask(silent: string): Promise<readonly [number, unknown]> {
  const response = await fetch(`${url}/api/experiments/${encodeURIComponent(`main~${silent}`)}/report`);
  return [response.status, await response.json()];
}

test.each(["ends", "throws"])(
  "a thread that %s over a report is told of, and the next report has another",
  async (silent) => {
    expect(await ask("lives")).toMatchObject([200, { experiment: { silent: "lives" } }]);
    expect(await ask(silent)).toMatchObject([
      500,
      { error: { code: "report_failed", type: "server_error", message: expect.stringContaining("could not be made") } },
    ]);
    expect(await ask("lives")).toMatchObject([200, { verdict: { reason: "no pairs yet" } }]);
  },
);

test("a thread that hangs over a report is given up in time, and the next report has another", async () => {
  const asked = ask("hangs");
  for (const giveUp of await pollUntil(() => [...alarms], { until: (set) => set.length > 0 })) giveUp();
  expect(await asked).toMatchObject([500, { error: { code: "report_failed" } }]);
  expect(await ask("lives")).toMatchObject([200, { verdict: { reason: "no pairs yet" } }]);
  expect(alarms.size).toBe(0);
});

test("reports that wait for the thread that dies are made by the next one", async () => {
  const answers = await Promise.all([ask("ends"), ask("lives"), ask("throws")]);
  expect(answers.map(([status]) => status)).toEqual([500, 200, 500]);
});
