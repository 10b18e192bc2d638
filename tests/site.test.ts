import { openApiDocument } from "@understudy/gateway";
import {
  accessibilityFindings,
  describeWith,
  openBrowser,
  type OpenPage,
  spawnProcess,
  stopAll,
} from "@understudy/testkit";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLinks } from "../docs/.vitepress/check-links.ts";
import { allMetrics } from "./support/known-metrics.ts";
import { serveFolder } from "./support/static-site.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "understudy-site-"));
  const built = spawnProcess("node", ["node_modules/vitepress/bin/vitepress.js", "build", "docs", "--outDir", folder]);
  const { code } = await built.exit;
  if (code !== 0) throw new Error(`the site cannot be built: ${built.stderr()}`);
});

afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

test("every page of docs/ is on the site, and in its navigation", async () => {
  const written = (await readdir("docs", { recursive: true }))
    .filter((file) => file.endsWith(".md") && !file.startsWith("["))
    .map((file) => file.replace(/\.md$/, ".html"));
  const home = await readFile(path.join(folder, "quick-start.html"), "utf8");
  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((page) => !home.includes(`href="/${page}"`))).toEqual([]);
});

test("the reference of metrics has every metric with its labels", async () => {
  const html = await readFile(path.join(folder, "metrics.html"), "utf8");
  const cells = [...html.matchAll(/<tr><td>(.*?)<\/td><td>(.*?)<\/td><\/tr>/gs)];
  const names = (cell = ""): readonly string[] => [...cell.matchAll(/>(\w+)<\/code>/g)].map(([, name = ""]) => name);
  const told = cells.map(([, name, labels]) => [...names(name), ...names(labels)].join(" "));
  const known = [...allMetrics()].map(([name, labels]) => [name, ...labels].join(" "));
  expect(told.toSorted()).toEqual(known.toSorted());
});

test("the reference of the API has every operation", async () => {
  const html = await readFile(path.join(folder, "api.html"), "utf8");
  const { paths } = openApiDocument() as { paths: Record<string, Record<string, object>> };
  const operations = Object.entries(paths).flatMap(([at, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${at}`),
  );
  expect(operations.filter((operation) => !html.includes(`>${operation}</code>`))).toEqual([]);
});

describe("a dead link", () => {
  const page = (): string => path.join(folder, "errors.html");
  let html: string;
  beforeAll(async () => {
    html = await readFile(page(), "utf8");
  });
  const withLink = (href: string): Promise<void> =>
    writeFile(page(), html.replace("</main>", `<a href="${href}">x</a></main>`));
  afterAll(() => writeFile(page(), html));

  test.each(["/no-such-page.html", "./errors.html#no-such-heading", "#no-such-heading", "/images/none.png"])(
    "to %s fails the build",
    async (href) => {
      await withLink(href);
      expect(() => checkLinks(folder, "/")).toThrow(`errors.html: ${href}`);
    },
  );

  test("is none where it leads somewhere", async () => {
    await withLink("/errors.html#kinds-of-failure");
    expect(() => checkLinks(folder, "/")).not.toThrow();
  });
});

await describeWith({ browser: true }, "in a browser", () => {
  /** Where axe takes a second; on the longest pages it takes ten, for the same parts. */
  const SHORT = ["", "metrics.html", "decisions.html"];
  const LONG = ["quick-start.html", "configuration.html", "api.html"];
  let url: string;
  const looks = [
    { name: "a desk", width: 1440, height: 900, dark: false },
    { name: "a telephone in the dark", width: 320, height: 640, dark: true },
  ];

  beforeAll(async () => {
    url = await serveFolder(folder);
  });

  test.each(looks)("all looks right on $name", async ({ width, ...look }) => {
    const { page, faults } = await (await openBrowser()).open({ width, ...look });
    const findings: string[] = [];
    for (const name of [...SHORT, ...LONG]) {
      await page.goto(`${url}/${name}`, { waitUntil: "networkidle" });
      await page.locator("h1").first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBeLessThanOrEqual(width);
      if (SHORT.includes(name)) findings.push(...(await accessibilityFindings(page)));
    }
    expect([...findings, ...faults]).toEqual([]);
  });

  test("a search finds a page by a word of its text", async () => {
    const { page, faults }: OpenPage = await (await openBrowser()).open({ width: 1440, height: 900 });
    await page.goto(`${url}/`);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("max_job_age");
    const first = page.getByRole("option").first();
    await first.waitFor();
    await first.click();
    await page.waitForURL(/(?:configuration|operations|rollout)\.html/);
    await page.getByText("max_job_age").first().waitFor();
    expect(faults).toEqual([]);
  });
});
