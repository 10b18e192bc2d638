import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { FolderInUseError, lockFolder } from "./folder-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "understudy-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeLock(text: string): void {
  writeFileSync(join(folder, "understudy.lock"), text);
}

test("is taken once, and leaves nothing when given back", () => {
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(readdirSync(folder)).toEqual(["understudy.lock"]);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
});

test("makes the folder, parents included", () => {
  const deep = join(folder, "a", "b");
  lockFolder(deep)();
  expect(readdirSync(join(folder, "a"))).toEqual(["b"]);
});

test.each([
  ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: null })],
  ["of an earlier process with the same id", JSON.stringify({ pid: process.pid, started: "1" })],
  ["that was never written to its end", '{"pid":'],
])("a lock %s is stale", (_, text) => {
  writeLock(text);
  lockFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});
