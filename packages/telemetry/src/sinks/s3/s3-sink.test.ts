import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { sampleEmbeddings, samplePair, withRecord } from "../call-entry.fixture.ts";
import { type CallEntry, type LoggedCall, prepareCall } from "../logged-call.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { startBucket, type TestBucket } from "./s3-place.fixture.ts";
import { openS3Sink } from "./s3-sink.ts";
import { STRAIGHT } from "../straight.fixture.ts";

interface Payload {
  readonly pair_id: string;
  readonly role: string;
}

async function objectsIn(bucket: TestBucket): Promise<readonly string[]> {
  return Promise.all((await bucket.keys()).map(async (key) => (await bucket.get(key)).bytes.toString()));
}

async function makePlace(): Promise<SinkPlace> {
  const bucket = await startBucket();
  return {
    open: () => openS3Sink({ access: bucket.access, prefix: "calls" }, STRAIGHT),
    trouble: bucket.server.trouble,
    async calls() {
      const payloads = (await objectsIn(bucket)).map((text) => JSON.parse(text) as Payload);
      return payloads.map(({ pair_id, role }) => `${pair_id} ${role}`);
    },
    everything: async () => (await objectsIn(bucket)).join("\n"),
    close: () => bucket.close(),
  };
}

testSink({ name: "s3", make: makePlace, repeats: null });

const prepared = (entry: CallEntry): LoggedCall =>
  prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

test("a call for embeddings is there under LiteLLM's name for it, without vectors", async () => {
  const bucket = await startBucket();
  const sink = await openS3Sink({ access: bucket.access, prefix: "calls" }, STRAIGHT);
  await sink.write([prepared(sampleEmbeddings())], AbortSignal.timeout(60_000));
  const [key = ""] = await bucket.keys();
  expect(JSON.parse((await bucket.get(key)).bytes.toString())).toMatchObject({
    call_type: "aembedding",
    messages: ["one text", "another"],
    model_parameters: { dimensions: 64 },
    response: null,
    pair_id: null,
    role: "primary",
  });
});

test("an object lies where LiteLLM's S3 logger puts it, in its shape, with our fields beside", async () => {
  const bucket = await startBucket();
  const { silent } = samplePair(1);
  const sink = await openS3Sink({ access: bucket.access, prefix: "team/calls" }, STRAIGHT);
  await sink.write([prepared(silent)], AbortSignal.timeout(60_000));
  const [key = ""] = await bucket.keys();
  expect(key).toBe("team/calls/2023-11-14/time-22-13-20-000000_call_s1.json");
  const { bytes, head } = await bucket.get(key);
  expect(head).toMatchObject({
    ContentType: "application/json",
    ContentDisposition: 'inline; filename="time-2023-11-14T22-13-20-000000_call_s1.json"',
    CacheControl: "private, immutable, max-age=31536000, s-maxage=0",
  });
  expect(JSON.parse(bytes.toString())).toMatchObject({
    id: "call_s1",
    call_type: "acompletion",
    status: "success",
    model_group: "candidate",
    custom_llm_provider: "anthropic",
    startTime: 1_700_000_000,
    endTime: 1_700_000_000.812345,
    prompt_tokens: 11,
    completion_tokens: 7,
    total_tokens: 18,
    response_cost: 0.0021,
    request_tags: ["checkout"],
    end_user: "user-7",
    messages: [{ role: "user", content: "What is 1 plus 1?" }],
    response: { choices: [{ message: { tool_calls: [{ function: { name: "find_order" } }] } }] },
    model_parameters: { temperature: 0.2 },
    metadata: { requester_metadata: { session_id: "session-7" }, is_silent_experiment: true, pair_id: "pair_1" },
    is_silent_experiment: true,
    role: "silent",
    pair_id: "pair_1",
    experiment: "chat~candidate",
    primary_call_id: "call_p1",
    queue_wait_ms: 1_500,
    changes: [{ action: "dropped", param: "seed" }],
  });
  await sink.close();
  await bucket.close();
});

test("a call that failed says why", async () => {
  const bucket = await startBucket();
  const error = { kind: "rate_limit", status: 429, message: "slow down", type: null, code: null, param: null } as const;
  const failed = withRecord(samplePair(1).primary, { status: "error", answer: null, error, usage: null });
  const sink = await openS3Sink({ access: bucket.access, prefix: "" }, STRAIGHT);
  await sink.write([prepared(failed)], AbortSignal.timeout(60_000));
  const { bytes } = await bucket.get((await bucket.keys())[0] ?? "");
  expect(JSON.parse(bytes.toString())).toMatchObject({
    status: "failure",
    error_str: "slow down",
    error_information: { error_code: "429", error_class: "rate_limit", error_message: "slow down" },
    response: null,
  });
  await sink.close();
  await bucket.close();
});

test("a bucket that is not there, and a key that is wrong, are told", async () => {
  const bucket = await startBucket();
  const call = prepared(samplePair(1).primary);
  const elsewhere = await openS3Sink({ access: { ...bucket.access, bucket: "nowhere" }, prefix: "" }, STRAIGHT);
  await expect(elsewhere.write([call], AbortSignal.timeout(60_000))).rejects.toThrow(/bucket does not exist/);
  const credentials = { accessKeyId: "NOBODY", secretAccessKey: "S3RVER", sessionToken: null };
  const stranger = await openS3Sink({ access: { ...bucket.access, credentials }, prefix: "" }, STRAIGHT);
  await expect(stranger.write([call], AbortSignal.timeout(60_000))).rejects.toThrow(/Access Key Id/);
  expect(await bucket.keys()).toEqual([]);
  await bucket.close();
});
