import { silentLogger as logger, systemClock as clock } from "@understudy/runtime";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openOwnBackends } from "./backends.ts";
import { folderTrouble } from "./folder-trouble.ts";
import { placeOf, queueIdentity, queueOf } from "./places.ts";
import { readSettings, SettingsError } from "./settings.ts";

describe("a data folder that cannot be used is told with its path, in words, and what to do", () => {
  const root = mkdtempSync(path.join(tmpdir(), "understudy-data-"));
  writeFileSync(path.join(root, "file"), "");
  symlinkSync(path.join(root, "loop"), path.join(root, "loop"));

  test.each([
    ["file", "it is a file, and no folder"],
    ["file/below", "a part of its path is a file"],
    ["loop/below", "its links lead round in a circle"],
    ["x".repeat(300), "its name is too long"],
  ])("%s", async (name, trouble) => {
    const folder = path.join(root, name);
    const { settings } = readSettings(["--data-dir", folder], {}, ["data-dir"]);
    const fault = await openOwnBackends(settings, { clock, logger }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(SettingsError);
    const line = `--data-dir (DATA_DIR): ${folder} cannot be used: ${trouble}. Name a folder that this process can write`;
    expect((fault as Error).message).toContain(line);
  });

  test("and so is one of another user's", () => {
    const denied = Object.assign(new Error("EACCES: permission denied, mkdir '/data'"), { code: "EACCES" });
    expect(folderTrouble(denied)).toBe("this user may not write there");
    expect(folderTrouble(new Error("PGlite failed"))).toBeNull();
  });
});

test("a place is host and port, and never more", () => {
  expect(placeOf("redis://user:hunter2@host/3", 6_379)).toBe("host:6379");
  expect(placeOf("postgres://u:hunter2@[::1]:5433/db?sslmode=require", 5_432)).toBe("[::1]:5433");
  expect(placeOf("postgres:///db?host=/run/postgresql", 5_432)).toBe("/run/postgresql:5432");
});

test("a queue is its place and its database, however that is written", () => {
  const of = (redisUrl: string | null, databaseUrl: string | null) => ({ redisUrl, databaseUrl, dataDir: "data" });
  expect(queueOf(of("redis://u:hunter2@host:1", "postgres://host/db"))).toBe("Redis at host:1, database 0");
  expect(queueOf(of(null, "postgres://u:hunter2@host/pairs"))).toBe("PostgreSQL at host:5432, database pairs");
  expect(queueOf(of(null, null))).toBe("the embedded database data");
  const here = ["redis://localhost", "redis://127.0.0.1:6379/0", "rediss://[::1]/"].map((url) =>
    queueIdentity(of(url, null)),
  );
  expect(new Set(here).size).toBe(1);
  expect(queueIdentity(of("redis://localhost/1", null))).not.toBe(here[0]);
});
