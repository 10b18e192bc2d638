import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { FileSink } from "@understudy/config";
import { afterEach, expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { samplePair } from "../call-entry.fixture.ts";
import { prepareCall } from "../logged-call.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { openFileSink } from "./file-sink.ts";

interface Line {
  readonly pair_id: string;
  readonly role: string;
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-file-"));
  folders.push(folder);
  return folder;
}

function settingsIn(folder: string, changes: Partial<FileSink> = {}): FileSink {
  return {
    kind: "file",
    calls: { success: true, failure: true },
    path: path.join(folder, "below", "calls-{service}.jsonl"),
    maxBytes: 1024 ** 2,
    every: "day",
    maxFiles: 14,
    compress: true,
    ...changes,
  };
}

async function textIn(folder: string): Promise<string> {
  const below = path.join(folder, "below");
  const names = (await readdir(below).catch(() => [])).filter((name) => /\.jsonl(\.gz)?$/.test(name));
  const texts = names.map(async (name) => {
    const bytes = await readFile(path.join(below, name));
    return name.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
  });
  return (await Promise.all(texts)).join("");
}

async function linesIn(folder: string): Promise<readonly Line[]> {
  return (await textIn(folder))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

async function makePlace(): Promise<SinkPlace> {
  const folder = await makeFolder();
  return {
    open: () => openFileSink(settingsIn(folder), "gateway"),
    trouble: null,
    calls: async () => (await linesIn(folder)).map(({ pair_id, role }) => `${pair_id} ${role}`),
    everything: () => textIn(folder),
    close: () => Promise.resolve(),
  };
}

testSink({ name: "file", make: makePlace, repeats: "a file takes every line it is given" });

const prepared = (number: number) =>
  prepareCall(samplePair(number).primary, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

test("starts a new file by size, compresses old ones, keeps as many as asked for, and loses no line of those", async () => {
  const folder = await makeFolder();
  const sink = await openFileSink(settingsIn(folder, { maxBytes: 8 * 1024, maxFiles: 3 }), "worker");
  for (let number = 1; number <= 40; number += 1) await sink.write([prepared(number)], AbortSignal.timeout(60_000));
  await sink.close();
  const names = await readdir(path.join(folder, "below"));
  expect(names).toContain("calls-worker.jsonl");
  const rotated = names.filter((name) => /^calls-worker-\d{8}-\d{4}-\d+\.jsonl(\.gz)?$/.test(name));
  expect(rotated.length).toBeGreaterThan(0);
  expect(rotated.length).toBeLessThanOrEqual(3);
  const numbers = (await linesIn(folder)).map(({ pair_id }) => Number(pair_id.slice(5))).toSorted((a, b) => a - b);
  expect(numbers.at(-1)).toBe(40);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 40 - numbers.length + 1 + index));
});

test("a folder that cannot be written rejects, and nothing ends the process", async () => {
  const folder = await makeFolder();
  const inTheWay = settingsIn(folder, { path: path.join(folder, "file", "calls.jsonl") });
  const { writeFile } = await import("node:fs/promises");
  await writeFile(path.join(folder, "file"), "not a folder");
  await expect(openFileSink(inTheWay, "gateway")).rejects.toThrow(/ENOTDIR|EEXIST/);
  await chmod(folder, 0o700);
});
