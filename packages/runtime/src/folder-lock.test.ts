import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { systemClock } from "./clock.ts";
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

test("another host's lock is one while it is touched, where the folder may be shared between hosts", () => {
  const lock = join(folder, "understudy.lock");
  // The same number is a living process here, and says nothing of one there.
  writeLock(JSON.stringify({ pid: process.pid, started: "1", host: "another-host" }));
  expect(() => lockFolder(folder, { acrossHosts: true })).toThrow(FolderInUseError);
  const longAgo = new Date(systemClock.now() - 61_000);
  utimesSync(lock, longAgo, longAgo);
  lockFolder(folder, { acrossHosts: true })();
  expect(readdirSync(folder)).toEqual([]);
});

test("of a thread of this process that has ended is stale, and one of its main thread is not", () => {
  const unlock = lockFolder(folder);
  const own = JSON.parse(readFileSync(join(folder, "understudy.lock"), "utf8")) as object;
  unlock();
  writeLock(JSON.stringify({ ...own, thread: 0 }));
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  writeLock(JSON.stringify({ ...own, thread: 99 }));
  lockFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});
