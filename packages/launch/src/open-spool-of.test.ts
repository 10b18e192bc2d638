import type { MirrorJob } from "@understudy/mirror";
import { silentLogger } from "@understudy/runtime";
import { spawnOnSmallDisk, stopAll, whyNoSmallDisks } from "@understudy/testkit";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openSpoolOf } from "./open-spool-of.ts";

afterAll(stopAll);

test("a folder that is none is a fault of the settings", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "understudy-spool-")), "file");
  writeFileSync(file, "");
  const opening = openSpoolOf(settingsOf(file), silentLogger);
  await expect(opening).rejects.toThrow(
    `--spool-dir (SPOOL_DIR): ${file} cannot be used: it is a file, and no folder. Name`,
  );
  const below = openSpoolOf(settingsOf(path.join(file, "spool")), silentLogger);
  await expect(below).rejects.toThrow(/cannot be used: a part of its path is a file\. Name/);
});

describe("a spool is one queue's", () => {
  const redis = (url: string) => ({ redisUrl: url });
  // Only written down here, and not read.
  const job = { pair_id: "pair_1" } as MirrorJob;
  let folder = "";

  async function leaveJob(of: object): Promise<void> {
    const spool = await openSpoolOf({ ...settingsOf(folder), ...of }, silentLogger);
    await spool?.of("quiet").append([job]);
    await spool?.close();
  }
  const opening = (of: object) => openSpoolOf({ ...settingsOf(folder), ...of }, silentLogger);
  async function leftBy(of: object): Promise<readonly string[]> {
    const spool = await opening(of);
    const left = spool?.leftovers() ?? [];
    await spool?.close();
    return left;
  }

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "understudy-spool-"));
  });

  test("what waits there is sent to that one, however its address is written", async () => {
    await leaveJob(redis("redis://user:hunter2@127.0.0.1:6379"));
    for (const url of ["redis://127.0.0.1/0", "rediss://:other@localhost:6379", "redis://[::1]:6379/"]) {
      expect(await leftBy(redis(url))).toEqual(["quiet"]);
    }
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    expect(written.join("\n")).not.toMatch(/hunter2|6379/);
  });

  test.each([
    ["another Redis", redis("redis://10.0.0.2:6379")],
    ["another port", redis("redis://127.0.0.1:6380")],
    ["another database of it", redis("redis://127.0.0.1:6379/1")],
    ["PostgreSQL", { databaseUrl: "postgres://user:hunter2@127.0.0.1/pairs" }],
  ])("%s is refused, with the way out", async (_what, other) => {
    await leaveJob(redis("redis://127.0.0.1:6379"));
    const place = path.join(folder, "0");
    const refused = await opening(other).catch((error: Error) => error.message);
    expect(refused).toContain(`--spool-dir (SPOOL_DIR): ${place} holds copies that wait for another queue than`);
    expect(refused).toContain(`delete ${path.join(place, "queue")}`);
    expect(refused).not.toContain("hunter2");
    // Nothing was moved or locked: its own queue finds all there.
    expect(await leftBy(redis("redis://127.0.0.1:6379"))).toEqual(["quiet"]);
    rmSync(path.join(place, "queue"));
    expect(await leftBy(other)).toEqual(["quiet"]);
  });

  test("one that holds nothing is free for any, and one of before is the first one's that asks", async () => {
    await leaveJob(redis("redis://127.0.0.1:6379"));
    const spool = await opening(redis("redis://127.0.0.1:6379"));
    await spool?.of("quiet").remove(1);
    await spool?.close();
    expect(await leftBy(redis("redis://10.0.0.2:6379"))).toEqual([]);
    await leaveJob(redis("redis://10.0.0.2:6379"));
    await expect(opening(redis("redis://127.0.0.1:6379"))).rejects.toThrow("another queue");
  });
});

function settingsOf(spoolDir: string) {
  const queue = { redisUrl: null, databaseUrl: null, dataDir: ".understudy" };
  return { spoolDir, spoolMaxBytes: 1_000_000, queueKeys: null, queueUnsealed: "refuse", ...queue } as const;
}

const noDisks = whyNoSmallDisks();

describe(`a disk that is full${noDisks === null ? "" : ` [skipped: ${noDisks}]`}`, { skip: noDisks !== null }, () => {
  test("keeps no gateway from starting: it does without the spool, and says so", async () => {
    const opening = spawnOnSmallDisk(fileURLToPath(new URL("full-disk-process.fixture.ts", import.meta.url)), 100_000);
    const { opened, logged } = await opening.line((line) => "opened" in line, 50_000);
    expect(opened).toBe(false);
    expect(logged).toEqual([expect.stringContaining("the spool's disk takes nothing")]);
  });
});
