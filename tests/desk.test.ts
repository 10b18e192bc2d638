import type { Rollout } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import {
  accessibilityFindings,
  describeWith,
  openBrowser,
  type OpenPage,
  pollUntil,
  stopAll,
} from "@understudy/testkit";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidatesConfig } from "./support/candidates.ts";
import { wrongLooks } from "./support/looks.ts";
import { pressEnter } from "./support/press-enter.ts";
import { entered, ROUND, sendRound, settled } from "./support/rounds.ts";
import { getJson, startSystem, type System } from "./support/system.ts";

const ID = "primary-model~equal-and-cheaper";
const MOST = 8_000;

/** A model group that no deployment names as its silent model. */
const SPARE = `model_list:
  - model_name: spare
    litellm_params: { model: openai/sim-equal, api_base: http://127.0.0.1:9/v1, api_key: sk-test-spare }`;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "a stranger at the desk", () => {
  let system: System;
  let mouse: OpenPage;

  beforeAll(async () => {
    const config = await candidatesConfig();
    system = await startSystem({ config: (url) => config(url).replace("model_list:", SPARE) });
    mouse = await (await openBrowser()).open({ width: 1600, height: 1000 });
    await mkdir("artifacts", { recursive: true });
  });

  const rollouts = async (): Promise<readonly Rollout[]> =>
    (await getJson<{ data: readonly Rollout[] }>(`${system.url}/api/rollouts`)).data;
  const rolloutsBecome = (...states: readonly Rollout["state"][]) =>
    pollUntil(rollouts, {
      what: `rollouts that are ${states.join(", ")}`,
      until: (all) => all.map(({ state }) => state).join() === states.join(),
      timeoutMs: 30_000,
      every: 100,
    });
  const picture = (name: string, { page }: OpenPage = mouse) =>
    page.screenshot({ path: `artifacts/desk-${name}.png`, fullPage: true });

  test("finds nothing mirrored yet, and what to do first", async () => {
    const { page } = mouse;
    await page.goto(`${system.url}/ui/`);
    await page.getByRole("heading", { name: "Nothing mirrored yet" }).waitFor();
    expect(await page.getByRole("region", { name: "Command to send a request" }).textContent()).toContain(system.url);
    expect(await wrongLooks(page)).toEqual([]);
  });

  test("sees a promote and a reject come, without reloading", { timeout: 1_800_000 }, async () => {
    let decision = "keep_watching";
    for (let sent = 0; sent < MOST && decision !== "promote"; sent += ROUND) {
      await sendRound(system.url, sent);
      await settled(system.url, 3);
      await entered(system.url, "equal-and-cheaper", sent + ROUND);
      decision = (await getJson<Report>(`${system.url}/api/experiments/${ID}/report`)).verdict.decision;
    }
    const { page } = mouse;
    const row = (name: string) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name }) });
    await row("equal-and-cheaper").getByText("Promote", { exact: true }).waitFor({ timeout: 60_000 });
    await row("worse").getByText("Reject", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture("experiments");
  });

  test("narrows the list by a verdict and by a search, which the address keeps", async () => {
    const { page } = mouse;
    const names = () => page.locator(".row .who").allTextContents();
    await page.getByRole("button", { name: /^Reject/ }).click();
    await page.getByRole("link", { name: "equal-and-cheaper" }).waitFor({ state: "detached" });
    expect(await names()).toEqual(["worse"]);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.keyboard.press("/");
    await page.keyboard.type("cheaper");
    await page.getByRole("link", { name: "worse" }).waitFor({ state: "detached" });
    expect(await names()).toEqual(["equal-and-cheaper"]);
    expect(page.url()).toContain("search=cheaper");
    await page.keyboard.type(" nowhere");
    await page.getByText("Nothing matches").waitFor();
    await page.getByRole("link", { name: "Clear" }).click();
    await page.getByRole("link", { name: "worse" }).waitFor();
  });

  test("changes a running experiment, and the event says who, what and why", async () => {
    const { page } = mouse;
    await page.getByRole("link", { name: "equal-and-cheaper" }).click();
    await page.getByRole("button", { name: /^Budget/ }).click();
    await page.getByLabel("USD a day (UTC)").fill("7.5");
    await page.getByLabel(/^Why/).fill("a quiet week");
    await page.getByRole("button", { name: "Change" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Budget $7.50 a day changed" }).waitFor();
    await page.getByText("a quiet week").waitFor();
    await page.getByRole("button", { name: "Calls at once 8" }).click();
    await page.getByLabel("Calls at once, in each worker").fill("3");
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("button", { name: "Calls at once 3 changed" }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture("experiment");
  });

  test("starts a rollout and takes it back, with the mouse", async () => {
    const { page } = mouse;
    await page.getByRole("button", { name: "Start the rollout at 5%" }).click();
    await picture("start");
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Start the rollout", exact: true }).click();
    await page.getByText("Rollout 5%").waitFor();
    await rolloutsBecome("running");
    await page.getByRole("button", { name: "Hold at 5%" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hold at 5%" }).click();
    await page.getByText("held", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Advance to 25% now" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Advance to 25% now" }).click();
    await page.getByText("Rollout 25%").first().waitFor();
    await page.getByRole("table", { name: "Guards" }).or(page.getByText("have not been looked at")).first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture("rollout");
    await page.getByRole("button", { name: "Roll back to primary-model" }).click();
    await page.getByLabel(/^Why/).fill("enough seen");
    await page.getByRole("button", { name: "Roll back", exact: true }).click();
    await page.getByText("Rolled back", { exact: true }).waitFor();
    const [rollout] = await rolloutsBecome("rolled_back");
    expect(rollout?.reason).toBe("enough seen");
    await picture("rolled-back");
    expect(mouse.faults).toEqual([]);
  });

  test("does the same with the keyboard alone, on a telephone, in the dark", async () => {
    const phone = await (await openBrowser()).open({ width: 360, height: 740, dark: true });
    const { page, faults } = phone;
    const press = (name: string | RegExp, role: "button" | "link" = "button"): Promise<void> =>
      pressEnter(page.getByRole(role, { name, exact: true }));
    await page.goto(`${system.url}/ui/?search=cheaper`);
    await page.getByRole("link", { name: "equal-and-cheaper" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await press("equal-and-cheaper", "link");
    await page.getByRole("button", { name: "Start the rollout at 5%" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.locator("figure.chart").first().waitFor();
    await page.getByRole("heading", { name: "Events" }).waitFor();
    await picture("experiment-360-dark", phone);
    await press("Start the rollout at 5%");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // The keyboard goes on where it was.
    await page.keyboard.press("Enter");
    await press("Start the rollout");
    await page.getByText("Rollout 5%").waitFor();
    await rolloutsBecome("running", "rolled_back");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture("rollout-360-dark", phone);
    await press("Roll back to primary-model");
    await press("Roll back");
    await page.getByText("Rolled back", { exact: true }).waitFor();
    await rolloutsBecome("rolled_back", "rolled_back");
    expect(faults).toEqual([]);
  });

  test("adds a candidate with the mouse and one with the keyboard, and is told what that means", async () => {
    const { page } = mouse;
    await page.goto(`${system.url}/ui/`);
    const add = page.getByRole("button", { name: "Add a candidate… for primary-model" });
    const row = (name: string) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name }) });
    await add.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Silent model").selectOption("spare");
    await dialog.getByLabel("Per cent of the requests").fill("10");
    await dialog.getByText("10% of the requests").waitFor();
    await dialog.getByText("no client waits").waitFor();
    await picture("add");
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add the candidate" }).click();
    await row("spare").waitFor();

    await pressEnter(add);
    await dialog.getByText("are copied to referee").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("5");
    await dialog.getByText("5% of the requests").waitFor();
    await page.keyboard.press("Enter");
    await row("referee").waitFor();
    // All that the configuration has are candidates now.
    await add.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "referee" }).click();
    await page.getByRole("button", { name: "Sample 5% changed" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Started" }).getByText("5.0%").waitFor();
    expect(mouse.faults).toEqual([]);
  });
});
