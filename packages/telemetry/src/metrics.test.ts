import { systemClock, VERSION } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";
import { sampleRecord, sampleSilentRecord } from "./record.fixture.ts";

const gatewayMetrics = () => createMetrics({ service: "gateway", defaultMetrics: false });

/** Lines of the text that carry figures. */
async function figures(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("calls", () => {
  test("a primary call is counted under its own labels, in seconds, tokens and dollars", async () => {
    const metrics = gatewayMetrics();
    metrics.callFinished(sampleRecord());
    metrics.callFinished(sampleRecord());
    const lines = await figures(metrics);
    const side = 'role="primary",model_group="chat"';
    for (const line of [
      `understudy_calls_total{${side},provider="openai",status="ok"} 2`,
      `understudy_call_duration_seconds_bucket{le="0.5",${side},stream="true",status="ok"} 0`,
      `understudy_call_duration_seconds_bucket{le="1",${side},stream="true",status="ok"} 2`,
      `understudy_call_duration_seconds_sum{${side},stream="true",status="ok"} 1.62469`,
      `understudy_first_token_seconds_count{${side}} 2`,
      `understudy_tokens_total{${side},direction="input"} 22`,
      `understudy_tokens_total{${side},direction="output"} 14`,
      `understudy_cost_usd_total{${side}} 0.0042`,
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.join("\n")).not.toContain("silent_model=");
  });

  test("primary and silent calls never share a series", async () => {
    const metrics = createMetrics({ service: "worker", defaultMetrics: false });
    const waited = { ...sampleRecord().timing, queue_wait_ms: 7 };
    metrics.callFinished(sampleRecord({ model_group: "same", timing: waited }));
    metrics.callFinished(sampleSilentRecord({ model_group: "same", status: "error", provider: null, usage: null }));
    const lines = await figures(metrics);
    expect(lines).toContain(
      'understudy_calls_total{role="primary",model_group="same",provider="openai",status="ok"} 1',
    );
    expect(lines).toContain(
      'understudy_calls_total{role="silent",model_group="same",provider="none",status="error"} 1',
    );
    expect(lines).toContain('understudy_queue_wait_seconds_sum{silent_model="same"} 1.5');
    expect(lines).toContain('understudy_queue_wait_seconds_count{silent_model="same"} 1');
    expect(lines.join("\n")).not.toContain('understudy_first_token_seconds_count{role="silent"');
  });

  test("figures that are no amounts are left out and throw nothing", async () => {
    const metrics = gatewayMetrics();
    metrics.callFinished(
      sampleRecord({
        cost_usd: -1,
        usage: {
          input_tokens: Number.NaN,
          output_tokens: -3,
          cached_tokens: 0,
          cache_write_tokens: 0,
          reasoning_tokens: 0,
        },
        timing: { started_at: 0, total_ms: Infinity, model_ms: null, first_token_ms: -1, queue_wait_ms: null },
      }),
    );
    const lines = await figures(metrics);
    expect(lines.filter((line) => line.startsWith("understudy_calls_total"))).toHaveLength(1);
    expect(lines.filter((line) => /^understudy_(tokens|cost|call_duration|first_token)/.test(line))).toEqual([]);
  });

  test("model groups beyond the limit are counted together", async () => {
    const metrics = gatewayMetrics();
    for (let index = 0; index < 600; index += 1) metrics.callFinished(sampleRecord({ model_group: `group-${index}` }));
    const lines = (await figures(metrics)).filter((line) => line.startsWith("understudy_calls_total"));
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toContain('model_group="other",provider="openai",status="ok"} 100');
  });
});

test("mirrors, pairs, requests and background failures", async () => {
  const metrics = gatewayMetrics();
  metrics.mirrorAdmitted("exp_1");
  metrics.mirrorDropped("exp_1", "not_sampled");
  metrics.mirrorDropped("exp_1", "not_sampled");
  metrics.pairStored("exp_1", "paired");
  metrics.requestStarted();
  metrics.requestStarted();
  metrics.requestFinished("/v1/chat/completions", 200);
  let failed = 3;
  metrics.backgroundFailures(() => failed);
  await metrics.text();
  failed = 5;
  const lines = await figures(metrics);
  for (const line of [
    `understudy_service_info{service="gateway",version="${VERSION}"} 1`,
    'understudy_mirrors_admitted_total{experiment="exp_1"} 1',
    'understudy_mirrors_dropped_total{experiment="exp_1",reason="not_sampled"} 2',
    'understudy_pairs_total{experiment="exp_1",outcome="paired"} 1',
    'understudy_http_requests_total{route="/v1/chat/completions",status="200"} 1',
    "understudy_in_flight_requests 1",
    "understudy_background_failures_total 5",
  ]) {
    expect(lines).toContain(line);
  }
});

test("a judge's calls have a role of their own, and name no silent model's queue", async () => {
  const metrics = gatewayMetrics();
  metrics.callFinished(sampleRecord({ role: "judge", model_group: "referee" }));
  metrics.pairReviewed("exp_1", "tie");
  const lines = await figures(metrics);
  const ofJudge = lines.filter((line) => line.includes("referee"));
  expect(ofJudge.every((line) => line.includes('role="judge"'))).toBe(true);
  expect(ofJudge.join()).not.toContain("queue_wait");
  expect(lines).toContain('understudy_reviews_total{experiment="exp_1",outcome="tie"} 1');
});

describe("scrapes", () => {
  const depth = { waiting: 4, active: 1, delayed: 0, failed: 2 };

  test("ask for the queue's depth each time", async () => {
    const metrics = gatewayMetrics();
    let waiting = 0;
    metrics.onScrape(async () => {
      waiting += 1;
      metrics.queueDepth("candidate", { ...depth, waiting });
    });
    await metrics.text();
    const lines = await figures(metrics);
    expect(lines).toContain('understudy_queue_depth{silent_model="candidate",state="waiting"} 2');
    expect(lines).toContain('understudy_queue_depth{silent_model="candidate",state="failed"} 2');
  });

  test("survive refreshes that fail, count them, and show no stale depth", async () => {
    const metrics = gatewayMetrics();
    let broken = false;
    metrics.onScrape(() => {
      if (broken) throw new Error("no queue");
      metrics.queueDepth("candidate", depth);
    });
    metrics.onScrape(() => Promise.reject(new Error("no queue")));
    expect(await metrics.text()).toContain('understudy_queue_depth{silent_model="candidate",state="waiting"} 4');
    broken = true;
    const lines = await figures(metrics);
    expect(lines.join("\n")).not.toContain("understudy_queue_depth{");
    expect(lines).toContain("understudy_scrape_failures_total 3");
  });

  test("do not wait for a refresh that never ends", async () => {
    const impatient = {
      ...systemClock,
      after: (_ms: number, run: () => void) => {
        queueMicrotask(run);
        return () => {};
      },
    };
    const metrics = createMetrics({ service: "worker", defaultMetrics: false, clock: impatient });
    metrics.onScrape(() => new Promise(() => {}));
    expect(await figures(metrics)).toContain("understudy_scrape_failures_total 1");
  });

  test("at the same time share one reading", async () => {
    const metrics = gatewayMetrics();
    let asked = 0;
    metrics.onScrape(async () => {
      asked += 1;
      metrics.queueDepth("candidate", depth);
    });
    const [one, two] = await Promise.all([metrics.text(), metrics.text()]);
    expect(asked).toBe(1);
    expect(one).toBe(two);
  });
});

test("each process has a registry of its own, with the process's own figures unless they are turned off", async () => {
  const withDefaults = createMetrics({ service: "worker" });
  expect(await withDefaults.text()).toContain("process_cpu_seconds_total");
  expect(await gatewayMetrics().text()).not.toContain("process_cpu");
  expect(withDefaults.contentType).toContain("text/plain");
});
