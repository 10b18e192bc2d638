import type { Report } from "@understudy/evaluation";
import { demoRequests } from "@understudy/simulator";
import { describeWith, openBrowser, type OpenPage, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import type { ExperimentDetail, PairPage } from "@understudy/store";
import { mkdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wrongLooks } from "./support/looks.ts";
import { openFolds } from "./support/open-folds.ts";
import { pressEnter } from "./support/press-enter.ts";
import { EXPERIMENT, send, startSystem, type System } from "./support/system.ts";

const KEY = "sk-test-master-key";
const REQUESTS = 60;
// By default a conversation enters the evidence an hour after its first turn.
const CONFIG = `
general_settings:
  master_key: ${KEY}
mirror_settings:
  verdict:
    conversation_horizon: 1s
`;
const auth = { authorization: `Bearer ${KEY}` };

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "the dashboard", () => {
  let system: System;
  let wide: OpenPage;

  beforeAll(async () => {
    system = await startSystem({ more: CONFIG });
    wide = await (await openBrowser()).open({ width: 1600, height: 1000 });
    await mkdir("artifacts", { recursive: true });
  });

  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${system.url}${path}`, { headers: auth });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  test("has less than 120 KB of script to load before a verdict can stand there", async () => {
    const page = await readFile("apps/dashboard/dist/index.html", "utf8");
    const scripts = [...page.matchAll(/(?:src|href)="\/ui\/(assets\/[^"]+\.js)"/g)].map(([, name = ""]) => name);
    const sizes = await Promise.all(
      scripts.map(async (name) => gzipSync(await readFile(`apps/dashboard/dist/${name}`)).length),
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
  });

  /** A picture to look at; and nobody is kept out by what it shows, on a telephone neither. */
  const picture = async (page: OpenPage["page"], name: string) => {
    await page.screenshot({ path: `artifacts/${name}.png`, fullPage: true });
    expect(await wrongLooks(page)).toEqual([]);
  };

  test("asks for the master key first, and lets nobody else in", async () => {
    const { page } = wide;
    expect((await fetch(`${system.url}/api/experiments`)).status).toBe(401);
    await page.goto(`${system.url}/`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Master key").fill("sk-test-wrong-key");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await picture(page, "sign-in");
    await page.getByLabel("Master key").fill(KEY);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Nothing mirrored yet" }).waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "understudy_session", httpOnly: true, sameSite: "Strict" });
    expect(cookie?.value).not.toContain(KEY);
    // What a browser may read is not what may spend money.
    const session = { cookie: `understudy_session=${cookie?.value}` };
    expect((await fetch(`${system.url}/api/experiments`, { headers: session })).status).toBe(200);
    const chat = await send(system.url, JSON.stringify({ model: "primary-model", messages: [] }), session);
    expect(chat.status).toBe(401);
    const forged = { cookie: "understudy_session=9999999999999.AAAA" };
    expect((await fetch(`${system.url}/api/experiments`, { headers: forged })).status).toBe(401);
  });

  test("shows the pairs of traffic that goes on, without being reloaded", async () => {
    const prompts = demoRequests();
    for (let index = 0; index < REQUESTS; index += 1) {
      const { stream: _, ...request } = prompts[index % prompts.length] ?? {};
      const body = JSON.stringify({ ...request, model: "primary-model" });
      expect((await send(system.url, body, auth)).status).toBe(200);
    }
    const read = () => get<ExperimentDetail>(`/api/experiments/${EXPERIMENT}`);
    const ended = ({ counts }: ExperimentDetail): boolean => counts.paired === REQUESTS;
    await pollUntil(read, { what: "all pairs", until: ended, timeoutMs: 60_000, every: 100 });
    await wide.page.getByTitle(`${REQUESTS} admitted = ${REQUESTS} paired`).waitFor();
    const report = () => get<Report>(`/api/experiments/${EXPERIMENT}/report`);
    const entered = ({ verdict }: Report): boolean => verdict.pairs === REQUESTS && verdict.open === 0;
    const { verdict } = await pollUntil(report, {
      what: "all conversations in the evidence",
      until: entered,
      timeoutMs: 60_000,
      every: 200,
    });
    await wide.page.getByText(verdict.reason).waitFor();
    await picture(wide.page, "experiments");
  });

  test("has the figures that the command line has, and that SQL over the pairs gives", async () => {
    await wide.page.getByRole("link", { name: /^evaluation-model/ }).click();
    await openFolds(wide.page);
    const bySql = await figuresBySql(system.databaseUrl);
    const report = await reportOfCommand(system.url);
    const byCommand = figuresOfReport(report);
    for (const [name, value] of Object.entries(bySql)) {
      const shown = await wide.page.locator(`[data-figure="${name}"]`).first().getAttribute("data-value");
      expect(byCommand[name], name).toBeCloseTo(value, 9);
      expect(Number(shown), name).toBeCloseTo(value, 9);
    }
    await expectVerdict(wide.page, report);
    await picture(wide.page, "experiment");
  });

  test("finds a pair by its filters, which a link carries, and shows where its answers differ", async () => {
    const { page } = wide;
    await page.getByRole("link", { name: "Pairs that disagree" }).click();
    await page.getByRole("heading", { name: "Pairs" }).waitFor();
    expect(page.url()).toContain("agrees=false");
    const query = `agrees=false&limit=30&experiment=${EXPERIMENT}`;
    const pairs = (await get<PairPage>(`/api/pairs?${query}`)).data;
    const lines = page.locator(".pair-rows > li");
    await lines.first().waitFor();
    expect(await lines.count()).toBe(pairs.length);
    await picture(page, "pairs");
    await lines.first().getByRole("link").click();
    await page.getByRole("heading", { name: "Calls" }).waitFor();
    expect(page.url()).toContain(pairs[0]?.id);
    await page.locator("mark").first().waitFor();
    await picture(page, "pair");
  });

  test("fits a telephone, in the dark, by keyboard", async () => {
    const { page, faults } = await (await openBrowser()).open({ width: 360, height: 740, dark: true });
    await page.goto(`${system.url}/ui/experiments/${encodeURIComponent(EXPERIMENT)}`);
    await page.getByLabel("Master key").fill(KEY);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Both sides" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.screenshot({ path: "artifacts/experiment-360-dark.png", fullPage: true });
    await pressEnter(page.getByRole("link", { name: "Pairs", exact: true }));
    await page.getByRole("heading", { name: "Pairs" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(faults).toEqual([]);
  });

  test("takes what models say for text, and asks no other server for anything", async () => {
    const hostile = `<img src="http://127.0.0.1:9/x.png" onerror="document.title='taken'"><script>document.title='taken'</script>`;
    await send(
      system.url,
      JSON.stringify({ model: "primary-model", messages: [{ role: "user", content: hostile }] }),
      auth,
    );
    const read = () => get<PairPage>(`/api/pairs?text=${encodeURIComponent("onerror")}`);
    const found = await pollUntil(read, {
      what: "the pair",
      until: ({ data }) => data.length === 1,
      timeoutMs: 60_000,
      every: 100,
    });
    await wide.page.goto(`${system.url}/ui/pairs/${found.data[0]?.id}`);
    await wide.page.getByText("onerror").first().waitFor();
    expect(await wide.page.title()).toBe("Pair · Understudy");
    expect(await wide.page.locator("main img").count()).toBe(0);
    // The wrong key was refused at first; nothing else went wrong, and nothing left.
    expect(wide.faults.filter((fault) => !fault.includes("401"))).toEqual([]);
    const { headers } = await fetch(`${system.url}/ui/`);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

/** The page says all of the verdict: the criteria that are asked for, what a promote waits for, and the kinds of request. */
async function expectVerdict(page: OpenPage["page"], { verdict }: Report): Promise<void> {
  const spelled = (names: readonly string[]) => names.map((name) => name.replaceAll("_", " "));
  const rowsOf = (table: string) => page.getByRole("table", { name: table }).getByRole("rowheader").allTextContents();
  const asked = verdict.criteria.filter(({ state }) => state !== "off").map(({ name }) => name);
  expect(await rowsOf("Criteria")).toEqual(spelled(asked));
  const waits = await page
    .getByRole("list", { name: /a promote (waits|would wait) for/ })
    .getByRole("listitem")
    .allTextContents();
  expect(waits.length).toBeGreaterThan(0);
  expect(waits).toEqual(verdict.blocks.map(({ name, reason }) => `${spelled([name])[0]}: ${reason}`));
  expect((await rowsOf("Kinds of request")).toSorted()).toEqual(
    spelled(verdict.kinds.map(({ name }) => name)).toSorted(),
  );
}

/** As `understudy report` gives it to a program. */
async function reportOfCommand(url: string): Promise<Report> {
  const args = ["apps/cli/src/main.ts", "report", EXPERIMENT, "--url", url, "--key", KEY, "--format", "json"];
  const run = spawnProcess("node", args);
  expect(await run.exit, run.stderr()).toEqual({ code: 0, signal: null });
  const lines = run.lines.map(({ text }) => (typeof text === "string" ? text : ""));
  return JSON.parse(lines.join("\n")) as Report;
}

function figuresOfReport({ pairs, quality, errors, latency, cost }: Report): Record<string, number> {
  return {
    pairs: pairs.called,
    comparable: pairs.comparable,
    disagreement: quality.disagreement.value ?? -1,
    primary_errors: errors.primary.count,
    silent_errors: errors.silent.count,
    primary_p50: latency.primary.p50 ?? -1,
    primary_p95: latency.primary.p95 ?? -1,
    silent_p50: latency.silent.p50 ?? -1,
    silent_p95: latency.silent.p95 ?? -1,
    primary_cost: cost.primary_usd ?? -1,
    silent_cost: cost.silent_usd ?? -1,
  };
}

/** The same figures from the pairs themselves, not from what was made of them. */
async function figuresBySql(databaseUrl: string): Promise<Record<string, number>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const known = "comparison->>'comparable' = 'true' AND comparison->>'agrees' IS NOT NULL";
  const ok = "primary_status = 'ok' AND silent_status = 'ok'";
  const at = (side: string, fraction: number): string =>
    `percentile_cont(${fraction}) WITHIN GROUP (ORDER BY ${side}_latency_ms) FILTER (WHERE ${ok})`;
  const { rows } = await client.query<Record<string, string | number>>(
    `SELECT count(*) FILTER (WHERE silent_status IS NOT NULL) AS pairs,
       count(*) FILTER (WHERE comparison->>'comparable' = 'true') AS comparable,
       count(*) FILTER (WHERE ${known} AND comparison->>'agrees' = 'false')::float / count(*) FILTER (WHERE ${known}) AS disagreement,
       count(*) FILTER (WHERE primary_status = 'error') AS primary_errors,
       count(*) FILTER (WHERE silent_status <> 'ok') AS silent_errors,
       ${at("primary", 0.5)} AS primary_p50, ${at("primary", 0.95)} AS primary_p95,
       ${at("silent", 0.5)} AS silent_p50, ${at("silent", 0.95)} AS silent_p95,
       sum(primary_cost_usd) FILTER (WHERE silent_cost_usd IS NOT NULL) AS primary_cost,
       sum(silent_cost_usd) FILTER (WHERE primary_cost_usd IS NOT NULL) AS silent_cost
     FROM understudy.pairs WHERE experiment = $1`,
    [EXPERIMENT],
  );
  await client.end();
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
}
