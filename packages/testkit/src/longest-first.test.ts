import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { stopAll } from "./closing.ts";
import { spawnProcess } from "./managed-process.ts";

afterEach(stopAll);

const LARGE = "// ".padEnd(5_000, "x");

/** Runs vitest for real on these files; the order in which it takes them. */
async function orderOf(files: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const root = await mkdtemp(join(tmpdir(), "understudy-order-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), `test("one", () => {}); ${text}`);
  }
  const run = `
    const { startVitest } = await import(${JSON.stringify(import.meta.resolve("vitest/node"))});
    const { LongestFirst } = await import(${JSON.stringify(new URL("longest-first.ts", import.meta.url).href)});
    const root = ${JSON.stringify(root)};
    class Told extends LongestFirst {
      async sort(files) {
        const sorted = await super.sort(files);
        for (const { moduleId } of sorted) console.log(moduleId.slice(root.length + 1));
        return sorted;
      }
    }
    const projects = [
      { extends: true, test: { name: "whole", include: ["{apps,tests}/**"] } },
      { extends: true, test: { name: "pure", include: ["pure/**"], isolate: false } },
    ].map((project) => ({ ...project, root }));
    const options = { root, config: false, watch: false, globals: true, reporters: [{}] };
    const vitest = await startVitest("test", [], { ...options, projects, sequence: { sequencer: Told } });
    await vitest.close();`;
  const child = spawnProcess("node", ["--input-type=module", "-e", run]);
  expect((await child.exit).code, child.stderr()).toBe(0);
  await rm(root, { recursive: true });
  return child.lines.map(({ text }) => text).filter((text) => text !== "");
}

test("whole systems come first and what needs no process of its own last, each kind by its size", async () => {
  const files = { "pure/a.js": LARGE + LARGE, "apps/b.js": "", "apps/c.js": LARGE, "tests/d.js": "" };
  expect(await orderOf(files)).toEqual(["tests/d.js", "apps/c.js", "apps/b.js", "pure/a.js"]);
});
