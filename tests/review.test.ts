import type { PairPage, Store } from "@understudy/store";
import { describeWith, openBrowser, type OpenPage, stopAll } from "@understudy/testkit";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wrongLooks } from "./support/looks.ts";
import { pressEnter } from "./support/press-enter.ts";
import { REVIEWED, seedReviewPairs } from "./support/review-pairs.ts";
import { getJson, startSystem, type System } from "./support/system.ts";

const CONFIG = (url: string): string => `
  - model_name: judge
    litellm_params: { model: openai/sim-judge, api_base: "${url}/v1", api_key: sk-test-judge-key }
mirror_settings:
  judge: { model: judge, sample_rate: 1 }
  labels: { sample_rate: 1 }
logging_settings:
  webhook: { url: "http://127.0.0.1:9/hook", secret: sk-test-hook, events: [budget_reached] }
`;

/** Every kind of page that has pairs to show, and what stands there once it does. */
const PAGES: readonly (readonly [path: string, ready: string])[] = [
  ["", ".row .verdict"],
  [`experiments/${encodeURIComponent(REVIEWED.id)}`, ".pair-rows > li"],
  ["rollouts", "main a"],
  ["pairs", ".pair-rows > li"],
  ["pairs/pair_review_2", "mark"],
  ["review", "main a"],
  ["queues", "main table, main section"],
];

afterAll(stopAll);

await describeWith({ redis: true, postgres: true, browser: true }, "review", () => {
  let system: System;
  let store: Store;
  let wide: OpenPage;

  beforeAll(async () => {
    system = await startSystem({ more: CONFIG, workers: 0 });
    store = await seedReviewPairs(system.databaseUrl);
    wide = await (await openBrowser()).open({ width: 1600, height: 1000 });
    await mkdir("artifacts", { recursive: true });
  }, 120_000);
  afterAll(() => store.close());

  const at = (page: OpenPage["page"]) => page.locator(".rv-top .progress b").innerText();
  const notesOf = async (id: string) =>
    (await getJson<{ notes: readonly { label: string }[] }>(`${system.url}/api/pairs/${id}`)).notes;

  test(
    "a stranger reads ten worst pairs by keyboard, from the experiment's page on",
    { timeout: 120_000 },
    async () => {
      const { page } = wide;
      await page.goto(`${system.url}/ui/experiments/${encodeURIComponent(REVIEWED.id)}`);
      const first = page.getByRole("region", { name: "Worst pairs" }).getByRole("link").first();
      await first.waitFor();
      for (let tabs = 0; tabs < 60; tabs += 1) {
        if (await first.evaluate((link) => link.matches(":focus"))) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Enter");
      await page.getByRole("article").waitFor();
      expect(await wrongLooks(page)).toEqual([]);
      const query = new URLSearchParams({ experiment: REVIEWED.id, sort: "worst", per: "prompt", limit: "100" });
      const worst = (await getJson<PairPage>(`${system.url}/api/pairs?${query.toString()}`)).data;
      expect(worst.length).toBeGreaterThan(9);
      for (let read = 0; read < 10; read += 1) {
        expect(await at(page)).toBe(String(read + 1));
        const shown = await page.getByRole("article").innerText();
        // Blind: neither name, nor what they took or cost.
        for (const hint of [REVIEWED.primary, REVIEWED.silent, "3.1 s", "$0.00"]) expect(shown).not.toContain(hint);
        await page.keyboard.press("n");
        expect(await page.locator("[data-place].at").count()).toBeGreaterThan(0);
        await page.keyboard.press(String((read % 3) + 1));
        if (read < worst.length - 1) await page.getByLabel(`Pair ${read + 2} of ${worst.length}`).waitFor();
      }
      await page.getByText(/is better, kept/).waitFor({ state: "attached" });
      // The last is taken back, and it is there again; the one before it is still noted, and now it is told which was which.
      await page.keyboard.press("u");
      await page.getByLabel(`Pair 10 of ${worst.length}`).waitFor();
      await expect.poll(() => notesOf(worst[9]?.id ?? "")).toEqual([]);
      await page.keyboard.press("k");
      await page.getByText(`${REVIEWED.primary} · 3.1 s`).waitFor();
      expect(await notesOf(worst[8]?.id ?? "")).toHaveLength(1);
      const [second] = await notesOf(worst[1]?.id ?? "");
      expect(second?.label).toBe("same");
      await page.keyboard.press("Escape");
      await page.getByRole("region", { name: "Worst pairs" }).waitFor();
    },
  );

  test("marks 190,000 characters throughout, on a page of a few screens", async () => {
    const { page } = wide;
    const query = new URLSearchParams({ experiment: REVIEWED.id, pair: "pair_review_4" });
    await page.goto(`${system.url}/ui/review?${query.toString()}`);
    await page.getByText("6 differences").waitFor();
    expect(await page.locator("mark").count()).toBeGreaterThan(10);
    expect(Number(await page.evaluate("document.documentElement.scrollHeight"))).toBeLessThan(10_000);
    const folds = page.getByRole("button", { name: /paragraphs the same/ });
    const before = await folds.count();
    await folds.first().click();
    // Both sides open together.
    await expect.poll(() => folds.count()).toBe(before - 2);
  });

  test("gives labels that people are asked for, and takes the last ones back", async () => {
    const { page } = wide;
    await page.goto(`${system.url}/ui/review`);
    await page.getByRole("link", { name: /^Label \d+/ }).click();
    await page.getByRole("article").waitFor();
    const progress = () =>
      getJson<{ labelled: number; waiting: number }>(`${system.url}/api/experiments/${REVIEWED.id}/labels`);
    const { waiting } = await progress();
    for (const key of ["1", "3"]) {
      const before = await page.getByRole("article").innerText();
      await page.keyboard.press(key);
      await expect.poll(() => page.getByRole("article").innerText()).not.toBe(before);
    }
    await expect.poll(progress).toMatchObject({ labelled: 2, waiting: waiting - 2 });
    // Both are taken back, though the gateway has not answered for the first when the second is asked for.
    const second = Promise.withResolvers<void>();
    await page.route("**/api/labels/**", async (route) => {
      await second.promise;
      await route.continue();
    });
    const first = page.waitForRequest((request) => request.method() === "DELETE");
    await page.getByRole("button", { name: "Undo" }).click();
    await first;
    await page.keyboard.press("u");
    second.resolve();
    await expect.poll(progress).toMatchObject({ labelled: 0, waiting });
    await page.unroute("**/api/labels/**");
    await page.keyboard.press("2");
    await expect.poll(progress).toMatchObject({ labelled: 1 });
  });

  test("shows what models wrote as text: nothing runs, nothing is fetched, and what turns text is seen", async () => {
    const { page, faults } = await (await openBrowser()).open({ width: 360, height: 740, dark: true });
    await page.goto(`${system.url}/ui/pairs/pair_review_5`);
    await page.getByText("U+202E").first().waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
    expect(faults).toEqual([]);
  });

  test("finds pairs, hands them out as a file, and deletes a person's", async () => {
    const { page } = wide;
    await page.goto(`${system.url}/ui/pairs`);
    await page.getByText("JSON: /amount 310.5 ≠ 310.51", { exact: false }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("Clara");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".pair-rows > li").count()).toBe(1);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    expect((await download).suggestedFilename()).toBe("pairs.csv");
    await page.getByRole("button", { name: "Delete a person’s data" }).click();
    await page.getByLabel("Request id", { exact: true }).check();
    await page.getByRole("dialog").getByRole("textbox").fill("req_review_1");
    await page.getByRole("button", { name: "Delete all of it" }).click();
    await page.getByRole("heading", { name: "Deleted" }).waitFor();
    await page.getByText("texts of 1 of 1").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => page.locator(".pair-rows > li").count()).toBe(0);
  });

  test("has the webhook told when an experiment is decided, and takes that back", async () => {
    const { page } = wide;
    await page.goto(`${system.url}/ui/experiments/${encodeURIComponent(REVIEWED.id)}`);
    await page.getByRole("button", { name: "Tell me when it is decided" }).click();
    await page.getByRole("dialog").getByText("posted to 127.0.0.1:9, signed").waitFor();
    await page.getByLabel(/^Why/).fill("on leave");
    expect(await wrongLooks(page)).toEqual([]);
    // The page hears of it before the request is answered; the dialog still asks what it asked.
    const heard = Promise.withResolvers<void>();
    await page.route("**/api/experiments/**", async (route) => {
      if (route.request().method() !== "PATCH") return route.continue();
      const response = await route.fetch();
      await heard.promise;
      await route.fulfill({ response });
    });
    await page.getByRole("button", { name: "Tell me", exact: true }).click();
    await page.getByText("127.0.0.1:9 is told when it is decided").waitFor();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("heading").innerText()).toBe("Tell me when it is decided");
    heard.resolve();
    await dialog.waitFor({ state: "detached" });
    await page.unroute("**/api/experiments/**");
    await page.getByText("To be told when it is decided").waitFor();
    await page.getByText("on leave").waitFor();
    await pressEnter(page.getByRole("button", { name: "Tell me no more" }));
    await pressEnter(dialog.getByRole("button", { name: "Tell me no more" }));
    await page.getByRole("button", { name: "Tell me when it is decided" }).waitFor();
  });

  test("keeps nobody out of any page, on a telephone and in the dark neither", { timeout: 900_000 }, async () => {
    const { page } = wide;
    const path = `/api/experiments/${encodeURIComponent(REVIEWED.id)}/rollout`;
    const body = JSON.stringify({ force: true, reason: "to look at it" });
    const started = await fetch(`${system.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { id } = (await started.json()) as { id: string };
    const wrong: string[] = [];
    for (const [where, ready] of [...PAGES, [`rollouts/${encodeURIComponent(id)}`, "main h2"] as const]) {
      await page.goto(`${system.url}/ui/${where}`);
      await page.locator(ready).first().waitFor();
      wrong.push(...(await wrongLooks(page)).map((finding) => `/ui/${where} ${finding}`));
    }
    expect(wrong).toEqual([]);
  });
});
