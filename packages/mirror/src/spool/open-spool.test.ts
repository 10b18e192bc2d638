import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Logger, silentLogger } from "@understudy/runtime";
import { spawnOnSmallDisk, spawnProcess, stopAll, whyNoSmallDisks } from "@understudy/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MirrorJob } from "../job/mirror-job.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import type { QueueSpool, Spool } from "./spool.ts";
import { openSpool } from "./open-spool.ts";

const MEBIBYTE = 1024 ** 2;

let folder = "";
let opened: Spool[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "understudy-spool-"));
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => stopAll());

async function open({ maxBytes = 64 * MEBIBYTE, logger = silentLogger }: { maxBytes?: number; logger?: Logger } = {}) {
  const spool = await openSpool({ folder, maxBytes, logger });
  opened.push(spool);
  return spool;
}

async function closeAll(): Promise<void> {
  for (const spool of opened.splice(0)) await spool.close();
}

async function reopen(logger?: Logger): Promise<Spool> {
  await closeAll();
  return open(logger === undefined ? {} : { logger });
}

/** Reads and takes away everything, batch by batch. */
async function drained(queueSpool: QueueSpool): Promise<readonly MirrorJob[]> {
  const jobs: MirrorJob[] = [];
  for (let batch = await queueSpool.oldest(); batch !== null; batch = await queueSpool.oldest()) {
    jobs.push(...batch.jobs);
    await queueSpool.remove(batch.count);
  }
  return jobs;
}

function warnings() {
  const lines: string[] = [];
  return { lines, logger: { ...silentLogger, error: (message: string) => void lines.push(message) } };
}

const filesOf = (queueSpool: string): readonly string[] =>
  readdirSync(join(folder, "0", queueSpool)).filter((name) => name.endsWith(".jobs"));
const firstFile = (): string => join(folder, "0", "mirror-quiet", filesOf("mirror-quiet")[0] ?? "");

describe("one silent model's jobs", () => {
  test("come back in order, in batches, and leave nothing on the disk", async () => {
    const queueSpool = (await open()).of("quiet");
    const jobs = jobNumbers(250);
    await queueSpool.append(jobs.slice(0, 120));
    await queueSpool.append(jobs.slice(120));
    expect(queueSpool.bytes).toBeGreaterThan(250 * 200);
    const batch = await queueSpool.oldest();
    expect(batch?.jobs).toEqual(jobs.slice(0, 100));
    expect(await queueSpool.oldest()).toEqual(batch);
    expect(await drained(queueSpool)).toEqual(jobs);
    expect([queueSpool.bytes, filesOf("mirror-quiet")]).toEqual([0, []]);
  });

  test("may be written while others are read", async () => {
    const queueSpool = (await open()).of("quiet");
    const jobs = jobNumbers(600);
    const writing = Array.from({ length: 60 }, (_, at) => queueSpool.append(jobs.slice(at * 10, at * 10 + 10)));
    const read = [...(await drained(queueSpool))];
    await Promise.all(writing);
    read.push(...(await drained(queueSpool)));
    expect(read).toEqual(jobs);
  });

  test("of any size and with any text come back as they were", async () => {
    const queueSpool = (await open()).of("quiet");
    const jobs = [jobNumber(1, { request: "x".repeat(3 * MEBIBYTE) }), jobNumber(2, { request: "\0\ud800\n\u2028 ä" })];
    await queueSpool.append(jobs);
    expect(await drained(queueSpool)).toEqual(jobs);
  });

  test("keep apart from another's, whatever the names", async () => {
    const spool = await open();
    const names = ["quiet", "a/b", "a-b", "../up", "x".repeat(40)];
    for (const name of names) await spool.of(name).append([jobNumber(1, { silent_model: name })]);
    const again = await reopen();
    expect(again.leftovers().toSorted()).toEqual(names.toSorted());
    for (const name of names) expect(await drained(again.of(name))).toMatchObject([{ silent_model: name }]);
  });
});

describe("a bound", () => {
  test("refuses whole batches, and takes jobs again once others are gone", async () => {
    const spool = await open({ maxBytes: 200_000 });
    const queueSpool = spool.of("quiet");
    await queueSpool.append(jobNumbers(100));
    const before = queueSpool.bytes;
    await expect(spool.of("other").append(jobNumbers(200))).rejects.toThrow("SPOOL_MAX_BYTES");
    await expect(queueSpool.append(jobNumbers(200))).rejects.toThrow("the spool holds its 200000 bytes");
    expect([queueSpool.bytes, spool.of("other").bytes]).toEqual([before, 0]);
    await queueSpool.remove(100);
    await queueSpool.append(jobNumbers(100));
    expect(await drained(queueSpool)).toEqual(jobNumbers(100));
  });

  test("does not let files grow for ever: what is done with is deleted", async () => {
    const queueSpool = (await open({ maxBytes: 200 * MEBIBYTE })).of("quiet");
    const big = (number: number) => jobNumber(number, { request: "x".repeat(6 * MEBIBYTE) });
    for (let number = 0; number < 8; number += 1) await queueSpool.append([big(number)]);
    const all = filesOf("mirror-quiet").length;
    expect(all).toBeGreaterThan(2);
    await queueSpool.remove(4);
    expect(filesOf("mirror-quiet").length).toBeLessThan(all);
    expect((await drained(queueSpool)).map(({ pair_id }) => pair_id)).toEqual(
      [4, 5, 6, 7].map((at) => big(at).pair_id),
    );
  });
});

describe("a disk that goes away", () => {
  test("takes jobs again when it is back, and gives them", async () => {
    const queueSpool = (await open()).of("quiet");
    await queueSpool.append([jobNumber(1)]);
    await drained(queueSpool);
    const place = join(folder, "0", "mirror-quiet");
    renameSync(place, `${place}-away`);
    writeFileSync(place, "");
    await expect(queueSpool.append([jobNumber(2)])).rejects.toThrow("ENOTDIR");
    rmSync(place);
    renameSync(`${place}-away`, place);
    await queueSpool.append([jobNumber(3)]);
    expect(await drained(queueSpool)).toEqual([jobNumber(3)]);
    expect([queueSpool.bytes, filesOf("mirror-quiet")]).toEqual([0, []]);
  });
});

const noDisks = whyNoSmallDisks();

describe(`a disk that is full${noDisks === null ? "" : ` [skipped: ${noDisks}]`}`, { skip: noDisks !== null }, () => {
  test("refuses what does not fit, keeps all that it has taken, and takes more once there is room", async () => {
    const writer = spawnOnSmallDisk(fileURLToPath(new URL("full-disk-process.fixture.ts", import.meta.url)), 100_000);
    const said = await writer.line((line) => "refusedWith" in line, 50_000);
    const { taken, refusedWith, given } = said as { taken: string[]; refusedWith: string[]; given: string[] };
    expect(refusedWith).toEqual(["ENOSPC", "ENOSPC"]);
    expect(taken.length).toBeGreaterThan(20);
    expect(given).toEqual(taken);
    expect(said["afterwards"]).toEqual(jobNumbers(10).map(({ pair_id }) => pair_id));
    expect(await writer.exit).toEqual({ code: 0, signal: null });
  });
});

describe("after a restart", () => {
  test("what was not taken away is there, and what was is not", async () => {
    const first = (await open()).of("quiet");
    await first.append(jobNumbers(30));
    await first.remove(12);
    const spool = await reopen();
    expect(spool.leftovers()).toEqual(["quiet"]);
    const queueSpool = spool.of("quiet");
    await queueSpool.append([jobNumber(99)]);
    expect(await drained(queueSpool)).toEqual([...jobNumbers(30).slice(12), jobNumber(99)]);
    expect((await reopen()).leftovers()).toEqual([]);
  });

  test("an end that was torn off is said, and the rest is there", async () => {
    await (await open()).of("quiet").append(jobNumbers(3));
    await closeAll();
    appendFileSync(firstFile(), '0badc0de {"version":1,"pair');
    const { lines, logger } = warnings();
    expect(await drained((await reopen(logger)).of("quiet"))).toEqual(jobNumbers(3));
    expect(lines).toEqual(["the spool is damaged: the end of a file was torn off"]);
  });

  test("a damaged job is said, and the others are there", async () => {
    await (await open()).of("quiet").append(jobNumbers(3));
    await closeAll();
    const text = readFileSync(firstFile(), "utf8");
    writeFileSync(firstFile(), text.replace("pair_1", "pair_7"));
    const { lines, logger } = warnings();
    expect(await drained((await reopen(logger)).of("quiet"))).toEqual([jobNumber(0), jobNumber(2)]);
    expect(lines).toEqual(["the spool is damaged: a job cannot be read"]);
  });

  test.each(["", "another", "../quiet", "quiet\0"])(
    "a folder that says %j instead of its model is named, and gives its jobs when that model comes",
    async (said) => {
      await (await open()).of("quiet").append(jobNumbers(5));
      await closeAll();
      writeFileSync(join(folder, "0", "mirror-quiet", "silent_model"), said);
      const { lines, logger } = warnings();
      const spool = await open({ logger });
      expect(lines).toEqual([expect.stringContaining("does not say whose jobs it holds")]);
      const queueSpool = spool.of("quiet");
      await queueSpool.append([jobNumber(5)]);
      expect(await drained(queueSpool)).toEqual(jobNumbers(6));
    },
  );

  test("a start that cannot be read gives the jobs from the beginning again", async () => {
    const queueSpool = (await open()).of("quiet");
    await queueSpool.append(jobNumbers(5));
    await queueSpool.remove(2);
    await closeAll();
    writeFileSync(`${firstFile()}.start`, "");
    expect(await drained((await open()).of("quiet"))).toEqual(jobNumbers(5));
  });
});

describe("several processes on one folder", () => {
  test("have a spool each, and take over what an ended one left", async () => {
    const sample = fileURLToPath(new URL("spool-process.fixture.ts", import.meta.url));
    const other = spawnProcess("node", [sample, folder, "40"]);
    await other.line((line) => line["text"] === "written");
    const own = await open();
    expect(own.leftovers()).toEqual([]);
    await own.of("quiet").append([jobNumber(77)]);
    other.kill("SIGKILL");
    await other.exit;
    const spool = await reopen();
    expect(spool.leftovers()).toEqual(["quiet"]);
    const ids = (await drained(spool.of("quiet"))).map(({ pair_id }) => pair_id);
    expect(new Set(ids)).toEqual(new Set([...jobNumbers(40), jobNumber(77)].map(({ pair_id }) => pair_id)));
  });
});
