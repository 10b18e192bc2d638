import { describeWith, openBrowser, type OpenPage, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import type { ExperimentDetail, Pair } from "@understudy/store";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatBody, EXPERIMENT, send, startSystem, type System } from "./support/system.ts";

const KEY = "sk-test-master-key";
const SILENT = "evaluation-model";
const auth = { authorization: `Bearer ${KEY}` };
/** One try each, and no cooldown between two. */
const SETTINGS = `
router_settings: { num_retries: 0, disable_cooldowns: true }
mirror_settings: { silent_models: { ${SILENT}: { retries: 0 } } }
general_settings: { master_key: ${KEY} }
`;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "failed jobs", () => {
  let system: System;
  let wide: OpenPage;

  beforeAll(async () => {
    system = await startSystem({ more: SETTINGS });
    wide = await (await openBrowser()).open({ width: 1280, height: 900 });
    await mkdir("artifacts", { recursive: true });
  });

  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${system.url}${path}`, { headers: auth });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  };

  /** The account once it is so; it must balance at every look. */
  async function accountBecomes(wanted: Partial<ExperimentDetail["counts"]>): Promise<void> {
    const read = () => get<ExperimentDetail>(`/api/experiments/${EXPERIMENT}`).then(({ counts }) => counts);
    const until = (counts: ExperimentDetail["counts"]): boolean => {
      const { admitted, paired, failed, expired, lost, pending } = counts;
      expect(admitted).toBe(paired + failed + expired + lost + pending);
      return Object.entries({ lost: 0, pending: 0, ...wanted }).every(
        ([name, count]) => counts[name as keyof typeof counts] === count,
      );
    };
    await pollUntil(read, { what: JSON.stringify(wanted), until, timeoutMs: 60_000, every: 100 });
  }

  async function mirror(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      expect((await send(system.url, chatBody(`What is ${index} plus ${index}?`), auth)).status).toBe(200);
    }
  }

  /** Runs the command line; its output, and its exit code. */
  async function understudy(...args: readonly string[]): Promise<{ code: number | null; text: string; error: string }> {
    const command = ["apps/cli/src/main.ts", ...args, "--url", system.url, "--key", KEY];
    const run = spawnProcess("node", command);
    const { code } = await run.exit;
    const text = run.lines.map((line) => (typeof line["text"] === "string" ? line["text"] : JSON.stringify(line)));
    return { code, text: text.join("\n"), error: run.stderr() };
  }
  const listed = async (): Promise<{ silent_model: string; pair_id: string; reason: string }[]> =>
    JSON.parse((await understudy("jobs", "failed", "--format", "json")).text) as never;

  test("of a silent model that fails stand on the page and on the command line", async () => {
    const { page } = wide;
    system.simulator.script("gpt-4o", "fail-500");
    await page.goto(`${system.url}/ui/queues`);
    await page.getByLabel("Master key").fill(KEY);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: SILENT }).waitFor();
    await mirror(4);
    await accountBecomes({ admitted: 4, failed: 4 });
    // Without a reload.
    await pollUntil(() => page.getByRole("list", { name: "Failed jobs" }).getByRole("listitem").count(), {
      until: (count) => count === 4,
    });
    await page.getByText("server_error").first().waitFor();
    await page.screenshot({ path: "artifacts/queues.png", fullPage: true });
    const jobs = await listed();
    expect(jobs).toHaveLength(4);
    expect(jobs[0]).toMatchObject({ silent_model: SILENT, reason: expect.stringContaining("server_error") });
    const queues = await understudy("queues");
    expect(queues.text.split("\n").find((line) => line.includes(SILENT))).toMatch(/│ 4 +│ 0\.8 +│ 0 +│/);
  });

  test("can be retried once the silent model is well: the pair then has its one outcome", async () => {
    const { page } = wide;
    system.simulator.script("gpt-4o", null);
    const [first] = await listed();
    await page.getByRole("button", { name: `Retry ${first?.pair_id}` }).click();
    await accountBecomes({ admitted: 4, paired: 1, failed: 3 });
    const { outcome, silent } = await get<Pair>(`/api/pairs/${first?.pair_id}`);
    expect([outcome, silent?.status, silent?.attempts.length]).toEqual(["paired", "ok", 1]);
    await page.getByRole("button", { name: `Retry ${first?.pair_id}` }).waitFor({ state: "detached" });
  });

  test("can be discarded, and their outcome stays", async () => {
    const { page } = wide;
    const [first] = await listed();
    await page.getByRole("button", { name: `Discard ${first?.pair_id}` }).click();
    await page.getByRole("button", { name: `Discard ${first?.pair_id}` }).waitFor({ state: "detached" });
    expect(await listed()).toHaveLength(2);
    expect((await get<Pair>(`/api/pairs/${first?.pair_id}`)).outcome).toBe("failed");
    await accountBecomes({ admitted: 4, paired: 1, failed: 3 });
  });

  test("can be retried all at once, after a question", async () => {
    const { page } = wide;
    await page.getByRole("button", { name: "Retry all …" }).click();
    await page.getByText(`Ask ${SILENT} again for 2 failed jobs?`).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await listed()).toHaveLength(2);
    await page.getByRole("button", { name: "Retry all …" }).click();
    await page.getByRole("button", { name: "Retry all", exact: true }).click();
    await accountBecomes({ admitted: 4, paired: 3, failed: 1 });
    await page.getByRole("list", { name: "Failed jobs" }).waitFor({ state: "detached" });
    expect(await listed()).toEqual([]);
    expect(wide.faults.filter((fault) => !fault.includes("401"))).toEqual([]);
  });

  test("can be retried and discarded on the command line", async () => {
    system.simulator.script("gpt-4o", "fail-500");
    await mirror(3);
    await accountBecomes({ admitted: 7, paired: 3, failed: 4 });
    system.simulator.script("gpt-4o", null);
    const [first] = await listed();
    const id = first?.pair_id ?? "";
    expect(await understudy("jobs", "retry", id)).toMatchObject({ code: 0, text: `${id} was retried (${SILENT})` });
    await accountBecomes({ admitted: 7, paired: 4, failed: 3 });
    const again = await understudy("jobs", "retry", id);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining("understudy jobs failed lists them")]);
    const all = await understudy("jobs", "discard", "--all", "--silent", SILENT);
    expect(all).toMatchObject({ code: 0, text: `2 discarded (${SILENT})` });
    for (const state of ["waiting", "delayed", "active", "failed"]) {
      expect((await understudy("jobs", state)).text).toBe(`No ${state} jobs.`);
    }
    await accountBecomes({ admitted: 7, paired: 4, failed: 3 });
  });

  test.each([
    [["jobs"], "say waiting, delayed, active, failed, retry or discard"],
    [["jobs", "lost"], "knows no lost"],
    [["jobs", "discard", "--all", "--state", "gone"], "waiting, delayed, active, failed"],
    [["jobs", "retry"], "takes one pair id, or --all"],
    [["jobs", "retry", "pair_1", "--all"], "not both"],
    [["jobs", "failed", "--silent", "nobody"], `there is ${SILENT}`],
    [["jobs", "failed", "--limit", "none"], "--limit"],
    [["queues", "--format", "xml"], "table, json"],
  ])("and the command line says what is wrong with %j", async (args, message) => {
    const { code, error } = await understudy(...args);
    expect([code, error]).toEqual([1, expect.stringContaining(message)]);
  });

  test("fit a telephone, in the dark", async () => {
    system.simulator.script("gpt-4o", "fail-500");
    await mirror(2);
    const { page, faults } = await (await openBrowser()).open({ width: 360, height: 740, dark: true });
    await page.goto(`${system.url}/ui/queues`);
    await page.getByLabel("Master key").fill(KEY);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Discard all …" }).click();
    await page.getByText("Their pairs stay failed.").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.screenshot({ path: "artifacts/queues-360-dark.png", fullPage: true });
    expect(faults).toEqual([]);
  });
});
