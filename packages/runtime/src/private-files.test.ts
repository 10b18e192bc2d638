import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";
import { privateFolder, sayExposed } from "./private-files.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "understudy-modes-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test("a folder that is made is its user's alone, and so is every folder on the way", () => {
  const folder = path.join(root, "one", "two");
  expect(privateFolder(folder)).toEqual([]);
  expect([modeOf(folder), modeOf(path.dirname(folder))]).toEqual(["700", "700"]);
});

test("what is there already is taken from others, at any depth, and links lead nowhere", () => {
  const [inner, outside] = [path.join(root, "data", "inner"), path.join(root, "outside")];
  mkdirSync(inner, { recursive: true });
  writeFileSync(path.join(inner, "wal"), "a prompt");
  writeFileSync(outside, "somebody else's");
  symlinkSync(outside, path.join(inner, "link"));
  for (const file of [path.dirname(inner), inner]) chmodSync(file, 0o777);
  for (const file of [path.join(inner, "wal"), outside]) chmodSync(file, 0o666);
  expect(privateFolder(path.join(root, "data"))).toEqual([]);
  expect([path.dirname(inner), inner, path.join(inner, "wal"), outside].map(modeOf)).toEqual([
    "700",
    "700",
    "600",
    "666",
  ]);
});

test("what cannot be changed is told with its path and the way out", () => {
  const said = sayExposed([
    { path: "/data/one", mode: 0o666 },
    { path: "/data/two", mode: 0o644 },
  ]);
  expect(said).toMatch(/^\/data\/one \(mode 666\) and 1 more .* chmod -R go-rwx/);
  expect(sayExposed([])).toBeNull();
});

test("a lock is its user's alone", () => {
  const folder = path.join(root, "locked");
  const unlock = lockFolder(folder);
  expect([modeOf(folder), modeOf(path.join(folder, "understudy.lock"))]).toEqual(["700", "600"]);
  unlock();
});
