import type { Report } from "@understudy/evaluation";
import { describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import type { ExperimentDetail } from "@understudy/store";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatBody, EXPERIMENT, experimentWhen, getJson, send, startSystem, type System } from "./support/system.ts";

const PAIRS = 12;

afterAll(stopAll);

interface Ran {
  readonly code: number | null;
  readonly text: string;
  readonly complaint: string;
}

async function report(...args: readonly string[]): Promise<Ran> {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", "report", ...args]);
  const { code } = await run.exit;
  const text = run.lines.map((line) => (typeof line["text"] === "string" ? line["text"] : JSON.stringify(line)));
  return { code, text: text.join("\n"), complaint: run.stderr() };
}

async function sendAll(system: System, bodies: readonly string[], expected: number): Promise<ExperimentDetail> {
  for (const body of bodies) expect((await send(system.url, body)).status).toBe(200);
  return experimentWhen(system.url, ({ counts }) => counts.paired === expected);
}

await describeWith({ redis: true, postgres: true }, "understudy report", () => {
  let system: System;
  let made: Report;
  beforeAll(async () => {
    system = await startSystem();
    const bodies = Array.from({ length: PAIRS }, (_, index) => chatBody(`What is ${index} plus ${index}?`));
    await sendAll(system, bodies, PAIRS);
    // Fresh for two seconds: the one to compare with is made once all pairs are there.
    const read = () => getJson<Report>(`${system.url}/api/experiments/${EXPERIMENT}/report`);
    // Pairs are found by their conversations, which enter an hour later.
    const until = ({ account, pairs, verdict }: Report): boolean =>
      account.pending === 0 && pairs.called === PAIRS && verdict.reason.includes(`${PAIRS} may still go on`);
    made = await pollUntil(read, { what: "a report of all pairs", until, every: 200 });
  });

  test("as JSON is what the API answers", async () => {
    const { code, text } = await report(EXPERIMENT, "--url", system.url, "--format", "json");
    expect(code).toBe(0);
    const { verdict, cost, list_cost, account } = JSON.parse(text) as Report;
    expect({ verdict, cost: cost.primary_usd, account }).toEqual({
      verdict: made.verdict,
      cost: made.cost.primary_usd,
      account: made.account,
    });
    expect(list_cost.pairs).toBe(PAIRS);
    expect(list_cost.primary_usd).toBeGreaterThan(0);
  });

  test("of all experiments as JSON is a list", async () => {
    const { text } = await report("--url", system.url, "--format", "json");
    expect((JSON.parse(text) as Report[]).map(({ experiment }) => experiment.id)).toEqual([EXPERIMENT]);
  });

  test("as a table has the verdict in one line, then criteria and figures", async () => {
    const { code, text } = await report(EXPERIMENT, "--url", system.url);
    expect(code).toBe(0);
    const lines = text.split("\n");
    expect(lines[0]).toBe(`Experiment ${EXPERIMENT}`);
    expect(lines[1]).toContain(`: evaluation-model for primary-model, 0 of ${PAIRS} pairs; ${made.verdict.reason}`);
    expect(lines[1]?.length).toBeLessThan(200);
    expect(text).toContain(`${PAIRS} admitted = ${PAIRS} paired + 0 failed + 0 expired + 0 dropped + 0 pending`);
    for (const name of ["checks", "cost with nothing cached", "list cost ratio", "size under 1 KB"]) {
      expect(text).toContain(`│ ${name} `);
    }
  });

  test("as Markdown has GitHub's tables", async () => {
    const { code, text } = await report(EXPERIMENT, "--url", system.url, "--format", "markdown");
    expect(code).toBe(0);
    expect(text).toMatch(/^## primary-model\\~evaluation-model\n\n\*\*/);
    expect(text).toContain(
      "| criterion | so far | bounds at any time | margin | state | more pairs | rests on |\n| --- |",
    );
    expect(text).toContain(`| errors | 0 (0.0%) | 0 (0.0%) |`);
  });

  test("as CSV has a row for each figure", async () => {
    const { code, text } = await report("--url", system.url, "--format", "csv");
    expect(code).toBe(0);
    const rows = text.split("\n");
    expect(rows[0]).toBe("experiment,figure,value,low,high,unit");
    expect(rows).toContain(`${EXPERIMENT},verdict,${made.verdict.decision},,,`);
    expect(rows).toContain(`${EXPERIMENT},pairs called,${PAIRS},,,pairs`);
    expect(rows).toContain(`${EXPERIMENT},cost primary,${made.cost.primary_usd},,,usd`);
  });

  test("of an experiment that is not there, or of no gateway, says what to mend", async () => {
    const missing = await report("none~such", "--url", system.url);
    expect([missing.code, missing.text]).toEqual([1, ""]);
    expect(missing.complaint).toContain(`there is no experiment none~such; there is ${EXPERIMENT}`);
    const nobody = await report("--url", "http://127.0.0.1:9");
    expect([nobody.code, nobody.complaint]).toEqual([1, expect.stringContaining("nothing answers on")]);
    const format = await report("--url", system.url, "--format", "xml");
    expect([format.code, format.complaint]).toEqual([1, expect.stringContaining("xml is not one of table, json")]);
  });
});

await describeWith({ redis: true, postgres: true }, "pairs of one conversation", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });

  const interval = async (pairs: number): Promise<Report["latency"]["difference_p50"]> => {
    const read = () => getJson<Report>(`${system.url}/api/experiments/${EXPERIMENT}/report`);
    const until = (now: Report): boolean => now.pairs.called === pairs;
    return (await pollUntil(read, { what: "the report", until, every: 200 })).latency.difference_p50;
  };

  describe("are drawn together", () => {
    test("so that one conversation alone gives no interval, whoever speaks in it", async () => {
      const talk = (turn: number) =>
        chatBody(`Turn ${turn}`, { metadata: { session_id: "talk-1" }, user: `user-${turn % 2}` });
      await sendAll(system, [1, 2, 3, 4, 5, 6].map(talk), 6);
      expect(await clustersOf(system.databaseUrl)).toEqual([6]);
      expect(await interval(6)).toMatchObject({ value: expect.any(Number), low: null, high: null });
    });

    test("and so are requests of one user that begin alike", async () => {
      const ask = (number: number) => chatBody("Good morning", { user: `user-${Math.floor(number / 2)}` });
      await sendAll(system, [0, 1, 2, 3].map(ask), 10);
      expect(await clustersOf(system.databaseUrl)).toEqual([2, 2, 6]);
      expect(await interval(10)).toMatchObject({ low: expect.any(Number), high: expect.any(Number) });
    });
  });
});

/** Pairs of each cluster, the smallest first. The names are hashed: none may be a person's. */
async function clustersOf(databaseUrl: string): Promise<readonly number[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ cluster: string; pairs: string }>(
    "SELECT cluster, count(*) AS pairs FROM understudy.figures GROUP BY cluster ORDER BY 2",
  );
  await client.end();
  expect(rows.map(({ cluster }) => cluster).join()).not.toMatch(/talk|user/);
  return rows.map(({ pairs }) => Number(pairs));
}
