import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createManualClock } from "./manual-clock.sample.ts";
import { parseQueueKeys } from "./queue-keys.ts";
import { createReviewCarrier } from "./review-carrier.ts";
import type { ReviewJob } from "./review-job.ts";

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

const newKey = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const carrierWith = (keys: string | null, now = 2_000) =>
  createReviewCarrier({ keys: keys === null ? null : parseQueueKeys(keys), clock: createManualClock(now) });

async function loaded(keys: string | null): Promise<unknown> {
  const [data] = await carrierWith(keys).load([job]);
  return JSON.parse(JSON.stringify(data));
}

test("a review comes through, in plain text without keys and sealed with them", async () => {
  const keys = newKey("k1");
  expect(await carrierWith(null).unload(await loaded(null))).toEqual({ kind: "readable", job });
  const sealed = await loaded(keys);
  expect(JSON.stringify(sealed)).not.toContain(CANARY);
  expect(sealed).toMatchObject({ pair_id: "pair_1" });
  expect(await carrierWith(keys).unload(sealed)).toEqual({ kind: "readable", job });
  expect(await carrierWith(`${newKey("k2")},${keys}`).unload(sealed)).toEqual({ kind: "readable", job });
});

test("what is sealed under a key that is missing waits for it until it expires", async () => {
  const sealed = await loaded(newKey("k1"));
  expect(await carrierWith(newKey("k2")).unload(sealed)).toMatchObject({ kind: "locked" });
  const late = await carrierWith(newKey("k2"), 9_001).unload(sealed);
  expect(late).toMatchObject({ kind: "lost", reason: "unknown_queue_key", data: { pair_id: "pair_1" } });
});

test("what was changed, or belongs to another pair, is unreadable", async () => {
  const keys = newKey("k1");
  const sealed = (await loaded(keys)) as { sealed: string };
  const lost = { kind: "lost", reason: "unreadable_job" };
  expect(await carrierWith(keys).unload({ ...sealed, pair_id: "pair_2" })).toMatchObject(lost);
  const bytes = Buffer.from(sealed.sealed, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(await carrierWith(keys).unload({ ...sealed, sealed: bytes.toString("base64") })).toMatchObject(lost);
  expect(await carrierWith(null).unload({ ...job, version: 2 })).toMatchObject(lost);
  expect(await carrierWith(null).unload(null)).toMatchObject(lost);
});
