import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FolderInUseError, systemClock } from "@understudy/runtime";
import { type Managed, spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openEmbedded } from "./open-embedded.ts";
import { unpackPrepared } from "./prepared.ts";
import { createStore } from "../create-store.ts";
import { pairStoreConforms } from "../store.conformance.ts";
import { experiment, keepAll, pairNumber } from "../pairs/pair.fixture.ts";
import type { Pair } from "../pairs/pair.ts";

let parent = "";
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "understudy-store-"));
});
afterAll(async () => {
  await stopAll();
  rmSync(parent, { recursive: true, force: true });
});

describe("the pair store in memory", () => {
  pairStoreConforms(() => openEmbedded("memory"));
});

describe("the pair store on a folder", () => {
  pairStoreConforms(() => openEmbedded(join(parent, "conformance")));
});

describe("an embedded folder", () => {
  test("survives closing and opening again", async () => {
    const folder = join(parent, "reopened");
    const store = createStore(await openEmbedded(folder), { clock: systemClock });
    await store.migrate();
    await store.pairs.save(pairNumber(1), experiment, keepAll);
    await store.close();
    expect(await readBack(folder)).toEqual(pairNumber(1));
  });

  test("is unpacked from what the build prepared, whatever another process left half done", async () => {
    const folder = join(parent, "prepared");
    mkdirSync(join(folder, "database.new/base"), { recursive: true });
    writeFileSync(join(folder, "database.new/base/left"), "half");
    const database = await openEmbedded(folder);
    expect(readdirSync(folder)).not.toContain("database.new");
    expect(readdirSync(join(folder, "database/base"))).not.toContain("left");
    const { rows } = await database.pool.query<{ datname: string }>("SELECT datname FROM pg_database ORDER BY datname");
    expect(rows.map(({ datname }) => datname)).toEqual(["postgres", "template0", "template1"]);
    await database.close();
  });

  test("is not unpacked over what there is", () => {
    const place = join(parent, "begun");
    mkdirSync(place);
    writeFileSync(join(place, "something"), "else");
    unpackPrepared(place);
    expect(readdirSync(place)).toEqual(["something"]);
  });

  test("is refused a second time in one process, until it is closed", async () => {
    const folder = join(parent, "twice");
    const first = await openEmbedded(folder);
    await expect(openEmbedded(folder)).rejects.toThrow(FolderInUseError);
    await first.close();
    const again = await openEmbedded(folder);
    expect((await again.pool.query<{ one: number }>("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await again.close();
  });

  test("is refused while another process has it, and keeps what that one wrote when it is killed", async () => {
    const folder = join(parent, "shared");
    const child = await savingProcess(folder);
    await expect(openEmbedded(folder)).rejects.toThrow(
      `the folder ${folder} is in use by process ${child.pid}: stop that process`,
    );
    child.kill("SIGKILL");
    await child.exit;
    expect(await readBack(folder)).toEqual(pairNumber(1));
  });
});

async function readBack(folder: string): Promise<Pair | null> {
  const store = createStore(await openEmbedded(folder), { clock: { ...systemClock, now: () => 0 } });
  await store.migrate();
  const pair = await store.pairs.read("pair_1");
  await store.close();
  return pair;
}

/** Another process that opens the folder, saves a pair and stays. */
async function savingProcess(folder: string): Promise<Managed> {
  const child = spawnProcess("node", [
    "--input-type=module",
    "-e",
    `const { openEmbedded } = await import(${beside("open-embedded.ts")});
     const { createStore } = await import(${beside("../create-store.ts")});
     const { experiment, keepAll, pairNumber } = await import(${beside("../pairs/pair.fixture.ts")});
     const store = createStore(await openEmbedded(${JSON.stringify(folder)}), { clock: { now: () => 0, monotonic: () => 0 } });
     await store.migrate();
     await store.pairs.save(pairNumber(1), experiment, keepAll);
     console.log("saved");
     setInterval(() => {}, 60_000);`,
  ]);
  await child.line(({ text }) => text === "saved");
  return child;
}

function beside(file: string): string {
  return JSON.stringify(new URL(file, import.meta.url).href);
}
