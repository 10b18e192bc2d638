import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

/** A code span that names a file or folder of this repository, from its top. */
const PATH_SPAN = /`((?:apps|packages|docs|examples|tests|bench|deploy|tools)\/[\w./-]+)`/g;
/** One that names a file of the source without its folder, or with the end of it. */
const FILE_SPAN = /`([\w./-]+\.(?:ts|tsx))`/g;
const LINK = /\]\(((?!https?:)[^)#]+)/g;

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "packages/sdk/README.md",
  ...(await markdownBelow("docs")),
];
const sources = [
  ...(await readdir(".")),
  ...(await filesBelow(["apps", "packages", "tests", "bench", "examples", "tools"])),
];

test.each(pages)("%s names only files that are there", async (page) => {
  const text = await readFile(page, "utf8");
  const named = [...text.matchAll(PATH_SPAN)].map((match) => match[1] ?? "");
  const linked = [...text.matchAll(LINK)].map((match) => path.join(path.dirname(page), match[1] ?? ""));
  expect([...named, ...linked].filter((file) => !existsSync(file))).toEqual([]);
});

/** A decision tells of its day. */
const current = pages.filter((page) => !page.startsWith("docs/decisions/"));

test.each(current)("%s names only files of the source that are there", async (page) => {
  const text = await readFile(page, "utf8");
  const named = [...text.matchAll(FILE_SPAN)].map((match) => match[1] ?? "");
  expect(named.filter((file) => !sources.some((source) => `/${source}`.endsWith(`/${file}`)))).toEqual([]);
});

test("the pages were looked at", () => {
  expect(pages.length).toBeGreaterThan(8);
});

async function markdownBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith(".md")).map((name) => path.join(folder, name));
}

async function filesBelow(folders: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => path.join(folder, name))),
  );
  return found.flat();
}
