import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { stopAll } from "./closing.ts";
import { spawnProcess } from "./managed-process.ts";

afterEach(stopAll);

/** Runs vitest for real on one test file, and gives back the last lines of its output. */
async function endOfRun(file: string): Promise<readonly unknown[]> {
  const root = await mkdtemp(join(tmpdir(), "understudy-summary-"));
  await writeFile(join(root, "sample.test.js"), file);
  const run = `
    const { startVitest } = await import(${JSON.stringify(import.meta.resolve("vitest/node"))});
    const { SkipSummary } = await import(${JSON.stringify(new URL("skip-summary.ts", import.meta.url).href)});
    const options = { root: ${JSON.stringify(root)}, config: false, watch: false, globals: true };
    const vitest = await startVitest("test", [], { ...options, reporters: ["default", new SkipSummary()] });
    await vitest.close();`;
  const child = spawnProcess("node", ["--input-type=module", "-e", run]);
  await child.exit;
  await rm(root, { recursive: true });
  return child.lines.map(({ text }) => text).slice(-3);
}

test("the counts stand alone at the end", async () => {
  expect(await endOfRun(`test("one", () => {}); test("two", () => {});`)).toEqual([
    expect.anything(),
    "",
    "2 passed, 0 failed, 0 skipped",
  ]);
});

test("skips are told with their reasons, failures of hooks are counted", async () => {
  const file = `
    describe("queue [skipped: no redis-server]", { skip: true }, () => { test("a", () => {}); test("b", () => {}); });
    describe("image [skipped: no Docker]", { skip: true }, () => { test("c", () => {}); });
    test("d", () => {});
    test("e", () => { expect(1).toBe(2); });
    describe("hook", () => { beforeAll(() => { throw new Error("no"); }); test("f", () => {}); });`;
  const [, reasons, counts] = await endOfRun(file);
  expect(counts).toBe("1 passed, 2 failed, 4 skipped");
  expect(reasons).toMatch(/^skipped: 4 \(no redis-server: 2, no Docker: 1, .+: 1\)$/);
});

test("a file that cannot be read counts as failed", async () => {
  expect((await endOfRun(`throw new Error("broken");`)).at(-1)).toBe("0 passed, 1 failed, 0 skipped");
});
