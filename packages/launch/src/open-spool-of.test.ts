import { silentLogger } from "@understudy/runtime";
import { spawnOnSmallDisk, stopAll, whyNoSmallDisks } from "@understudy/testkit";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openSpoolOf } from "./open-spool-of.ts";

afterAll(stopAll);

test("a folder that is none is a fault of the settings", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "understudy-spool-")), "file");
  writeFileSync(file, "");
  const opening = openSpoolOf({ spoolDir: file, spoolMaxBytes: 1_000, queueKeys: null }, silentLogger);
  await expect(opening).rejects.toThrow(`--spool-dir (SPOOL_DIR): ${file} cannot be used`);
});

const noDisks = whyNoSmallDisks();

describe(`a disk that is full${noDisks === null ? "" : ` [skipped: ${noDisks}]`}`, { skip: noDisks !== null }, () => {
  test("keeps no gateway from starting: it does without the spool, and says so", { timeout: 60_000 }, async () => {
    const opening = spawnOnSmallDisk(fileURLToPath(new URL("full-disk-process.sample.ts", import.meta.url)), 100_000);
    const { opened, logged } = await opening.line((line) => "opened" in line, 50_000);
    expect(opened).toBe(false);
    expect(logged).toEqual([expect.stringContaining("the spool's disk takes nothing")]);
  });
});
