import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { samplePair, withRecord } from "../call-entry.fixture.ts";
import { type CallEntry, type LoggedCall, prepareCall } from "../logged-call.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { openS3BatchSink } from "./s3-batch-sink.ts";
import { startBucket, type TestBucket } from "./s3-place.fixture.ts";
import { STRAIGHT } from "../straight.fixture.ts";

interface Line {
  readonly pair_id: string;
  readonly role: string;
  readonly time: string;
}

async function textIn(bucket: TestBucket): Promise<string> {
  const objects = (await bucket.keys()).map(async (key) => gunzipSync((await bucket.get(key)).bytes).toString());
  return (await Promise.all(objects)).join("");
}

const linesOf = (text: string): readonly Line[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

async function makePlace(): Promise<SinkPlace> {
  const bucket = await startBucket();
  return {
    open: () => openS3BatchSink({ access: bucket.access, prefix: "batches" }, STRAIGHT, "gateway"),
    trouble: bucket.server.trouble,
    calls: async () => linesOf(await textIn(bucket)).map(({ pair_id, role }) => `${pair_id} ${role}`),
    everything: () => textIn(bucket),
    close: () => bucket.close(),
  };
}

testSink({ name: "s3_batches", make: makePlace, repeats: null });

const prepared = (entry: CallEntry) =>
  prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

test("calls lie by the date and hour they began in", async () => {
  const bucket = await startBucket();
  const sink = await openS3BatchSink({ access: bucket.access, prefix: "batches" }, STRAIGHT, "worker");
  const at = (number: number, iso: string) => {
    const { silent } = samplePair(number);
    return prepared(withRecord(silent, { timing: { ...silent.record.timing, started_at: Date.parse(iso) } }));
  };
  const calls = [at(1, "2026-11-24T12:59:59Z"), at(2, "2026-11-24T13:00:00Z"), at(3, "2026-11-24T13:01:00Z")];
  await sink.write(calls, AbortSignal.timeout(60_000));
  expect(await bucket.keys()).toEqual([
    expect.stringMatching(/^batches\/date=2026-11-24\/hour=12\/worker-[0-9a-f]{24}\.jsonl\.gz$/),
    expect.stringMatching(/^batches\/date=2026-11-24\/hour=13\/worker-[0-9a-f]{24}\.jsonl\.gz$/),
  ]);
  expect(linesOf(await textIn(bucket)).map(({ time }) => time)).toEqual([
    "2026-11-24T12:59:59.000Z",
    "2026-11-24T13:00:00.000Z",
    "2026-11-24T13:01:00.000Z",
  ]);
  await sink.close();
  await bucket.close();
});

/** Three calls of which some 9 MiB stay: random letters are hardly compressed. */
function largeBatch(): { readonly content: string; readonly calls: readonly LoggedCall[] } {
  const content = randomBytes(3 * 1024 ** 2).toString("base64");
  const request = { messages: [{ role: "user", content }] };
  return { content, calls: [1, 2, 3].map((number) => prepared({ ...samplePair(number).primary, request })) };
}

const isPart = (method: string, at: string): boolean => method === "PUT" && at.includes("partNumber=2");
const isEnd = (method: string, at: string): boolean => method === "POST" && at.includes("uploadId=");

test.each([
  ["a part that fails", "500", isPart],
  ["a part that is cut off", "cut", isPart],
  ["an upload that is not put together", "500", isEnd],
] as const)("%s leaves no object behind, and the next try has all", async (_, how, which) => {
  const bucket = await startBucket();
  const sink = await openS3BatchSink({ access: bucket.access, prefix: "" }, STRAIGHT, "gateway");
  const { calls } = largeBatch();
  bucket.failOnce(how, which);
  await expect(sink.write(calls, AbortSignal.timeout(60_000))).rejects.toBeInstanceOf(Error);
  expect(await bucket.keys()).toEqual([]);
  // What had gone up is given back: a store charges for parts, too.
  expect(bucket.seen((method, at) => method === "DELETE" && at.includes("uploadId="))).toBe(1);
  await sink.write(calls, AbortSignal.timeout(60_000));
  expect(linesOf(await textIn(bucket)).map(({ pair_id }) => pair_id)).toEqual(["pair_1", "pair_2", "pair_3"]);
  await sink.close();
  await bucket.close();
});

test("a large batch goes up in parts, and arrives whole", async () => {
  const bucket = await startBucket();
  const sink = await openS3BatchSink({ access: bucket.access, prefix: "" }, STRAIGHT, "gateway");
  const { content, calls } = largeBatch();
  await sink.write(calls, AbortSignal.timeout(60_000));
  expect(bucket.seen((method, path) => method === "POST" && path.includes("uploads"))).toBe(1);
  expect(bucket.seen((method, path) => method === "PUT" && path.includes("partNumber="))).toBeGreaterThan(1);
  const text = await textIn(bucket);
  expect(linesOf(text).map(({ pair_id }) => pair_id)).toEqual(["pair_1", "pair_2", "pair_3"]);
  expect(text.split(content).length - 1).toBe(3);
  await sink.close();
  await bucket.close();
});
