import { createManualClock } from "@understudy/runtime/fixture";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseQueueKeys } from "../job/queue-keys.ts";
import { createReviewFormat } from "./review-format.ts";
import type { ReviewJob } from "../job/review-job.ts";

const CANARY = "the text that nobody may see";
const job: ReviewJob = {
  version: 1,
  pair_id: "pair_1",
  request_id: "req_1",
  experiment: "exp-1",
  judge: null,
  not_judged: null,
  embedding_model: "embedder",
  conversation: CANARY,
  primary: `${CANARY} \0 \ud800`,
  silent: CANARY,
  admitted_at: 1_000,
  expires_at: 9_000,
};

const queued = (data: unknown, note: unknown = null) => ({ id: "pair_1", data, note });
const readable = { kind: "readable", job, memory: null };
const newKey = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const formatWith = (keys: string | null, now = 2_000) =>
  createReviewFormat({ keys: keys === null ? null : parseQueueKeys(keys), clock: createManualClock(now) });

async function loaded(keys: string | null): Promise<unknown> {
  const [data] = await formatWith(keys).load([job]);
  return JSON.parse(JSON.stringify(data));
}

test("a review comes through, in plain text without keys and sealed with them", async () => {
  const keys = newKey("k1");
  expect(await formatWith(null).unload(queued(await loaded(null)))).toEqual(readable);
  const sealed = await loaded(keys);
  expect(JSON.stringify(sealed)).not.toContain(CANARY);
  expect(sealed).toMatchObject({ pair_id: "pair_1" });
  expect(await formatWith(keys).unload(queued(sealed))).toEqual(readable);
  expect(await formatWith(`${newKey("k2")},${keys}`).unload(queued(sealed))).toEqual(readable);
});

test("what is sealed under a key that is missing waits for it until it expires", async () => {
  const sealed = await loaded(newKey("k1"));
  expect(await formatWith(newKey("k2")).unload(queued(sealed))).toMatchObject({ kind: "locked" });
  const late = await formatWith(newKey("k2"), 9_001).unload(queued(sealed));
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  const odd = await formatWith(newKey("k2")).unload(queued({ ...(sealed as object), expires_at: deep }));
  expect(odd).toMatchObject({ kind: "lost", reason: "unknown_queue_key" });
  expect(late).toMatchObject({ kind: "lost", reason: "unknown_queue_key", data: null });
});

test("what was changed, or belongs to another pair, is unreadable", async () => {
  const keys = newKey("k1");
  const sealed = (await loaded(keys)) as { sealed: string };
  const lost = { kind: "lost", reason: "unreadable_job" };
  expect(await formatWith(keys).unload(queued({ ...sealed, expires_at: 9_001 }))).toMatchObject(lost);
  expect(await formatWith(keys).unload({ ...queued(sealed), id: "pair_2" })).toMatchObject(lost);
  expect(await formatWith(keys).unload(queued({ ...sealed, pair_id: "pair_2" }))).toMatchObject(lost);
  const bytes = Buffer.from(sealed.sealed, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(await formatWith(keys).unload(queued({ ...sealed, sealed: bytes.toString("base64") }))).toMatchObject(lost);
  expect(await formatWith(null).unload(queued({ ...job, version: 2 }))).toMatchObject(lost);
  expect(await formatWith(null).unload(queued(null))).toMatchObject(lost);
});
