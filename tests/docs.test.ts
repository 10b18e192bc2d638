import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

/** A code span that names a file or folder of this repository, from its top. */
const PATH_SPAN = /`((?:apps|packages|docs|examples|tests|bench)\/[\w./-]+)`/g;
const LINK = /\]\(((?!https?:)[^)#]+)/g;

const pages = ["README.md", "CONTRIBUTING.md", ...(await markdownBelow("docs"))];

test.each(pages)("%s names only files that are there", async (page) => {
  const text = await readFile(page, "utf8");
  const named = [...text.matchAll(PATH_SPAN)].map((match) => match[1] ?? "");
  const linked = [...text.matchAll(LINK)].map((match) => path.join(path.dirname(page), match[1] ?? ""));
  expect([...named, ...linked].filter((file) => !existsSync(file))).toEqual([]);
});

test("the pages were looked at", () => {
  expect(pages.length).toBeGreaterThan(8);
});

async function markdownBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith(".md")).map((name) => path.join(folder, name));
}
