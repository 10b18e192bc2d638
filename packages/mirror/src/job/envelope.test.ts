import type { CallRecord } from "@understudy/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEnvelope } from "./envelope.ts";
import { jobNumber, primaryRecord } from "./mirror-job.fixture.ts";
import type { MirrorJob } from "./mirror-job.ts";
import { acceptingKeys, queueKeys } from "./queue-keys.fixture.ts";
import { UnknownQueueKeyError } from "./queue-keys.ts";
import { createJobCodec } from "../spool/job-codec.ts";

const CANARY = "canary-7f3a";

/** A job that has the text wherever a person, a model or a provider may have put one. */
function jobSaying(text: string, of: Partial<MirrorJob> = {}): MirrorJob {
  const primary: CallRecord = primaryRecord({
    status: "partial",
    answer: {
      text,
      refusal: text,
      tool_calls: [{ name: text, arguments: text }],
      finish_reason: "stop",
      choices: 1,
    },
    error: { kind: "bad_request", status: 400, message: text, type: text, code: text, param: text },
    attempts: [
      {
        deployment: "main-1",
        model_group: "gpt-main",
        provider: "openai",
        started_at: 1,
        duration_ms: 2,
        outcome: "bad_request",
        http_status: 400,
        message: text,
      },
    ],
  });
  return jobNumber(1, { request: text, primary, ...of });
}

const carried = (data: object): unknown => JSON.parse(JSON.stringify(data));
const plain = createEnvelope(null);
const sealing = createEnvelope(queueKeys("one"));
const accepting = createEnvelope(acceptingKeys("one"));

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\0", "\ud800", "half \udfff", "\\u0000", ""));

describe.each([
  ["without keys", plain],
  ["with keys", sealing],
])("an envelope %s", (_what, envelope) => {
  test("gives back any job, through JSON and through the spool's lines", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const job = jobSaying(text);
        expect(envelope.unwrap(carried(envelope.wrap(job)))).toEqual(job);
      }),
    );
  });

  test("gives back any note and any body", () => {
    fc.assert(
      fc.property(anyText, fc.uint8Array(), (text, bytes) => {
        const note = { said: text, list: [1, null] };
        expect(envelope.unwrapNote("pair_1", carried(envelope.wrapNote("pair_1", note)))).toEqual(note);
        const body = envelope.wrapBody("req_1", Buffer.from(bytes));
        expect(Buffer.from(envelope.unwrapBody("req_1", body))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test("reads jobs, notes and bodies that were queued before there were keys, where that is asked for", () => {
    const job = jobSaying("earlier");
    const before = envelope.seals ? accepting : envelope;
    expect(before.unwrap(carried(job))).toEqual(job);
    expect(before.unwrap({ json: JSON.stringify(job) })).toEqual(job);
    expect(before.unwrapNote("pair_1", { tries: 1 })).toEqual({ tries: 1 });
    expect(Buffer.from(before.unwrapBody("req_1", plain.wrapBody("req_1", Buffer.from("b")))).toString()).toBe("b");
  });

  test.each([
    ["nothing", null],
    ["another version", { ...jobSaying("x"), version: 3 }],
    ["a ticket without its texts", { ...jobSaying("x"), version: 2 }],
    ["a ticket with rubbish", { ...jobSaying("x"), version: 2, sealed: "rubbish" }],
    ["a body of another format", { ...jobSaying("x"), version: 2, body: "req_1" }],
  ])("refuses %s", (_which, data) => {
    expect(() => envelope.unwrap(data)).toThrow(/Invalid|altered|not in UNDERSTUDY_QUEUE_KEYS|not sealed/i);
  });

  test("refuses a body of an unknown format", () => {
    expect(() => envelope.unwrapBody("req_1", Buffer.from([9, 9]))).toThrow("altered");
    expect(() => envelope.unwrapBody("req_1", Buffer.alloc(0))).toThrow("altered");
  });
});

test("without keys, a job goes as it is", () => {
  const job = jobSaying("as it is");
  expect(plain.wrap(job)).toBe(job);
  expect(plain.wrapNote("pair_1", job)).toBe(job);
});

describe("with keys", () => {
  test("nothing that was said is to be seen, wherever it stood", () => {
    const outside = JSON.stringify([sealing.wrap(jobSaying(CANARY)), sealing.wrapNote("pair_1", { said: CANARY })]);
    expect(outside).not.toContain(CANARY);
    expect(JSON.stringify(plain.wrap(jobSaying(CANARY))).split(CANARY)).toHaveLength(11);
  });

  test("what an outcome can be written from stays readable", () => {
    const job = jobSaying(CANARY);
    expect(sealing.wrap(job)).toMatchObject({
      pair_id: job.pair_id,
      experiment: job.experiment,
      expires_at: job.expires_at,
      primary: { status: "partial", error: { kind: "bad_request", status: 400 }, attempts: [{ http_status: 400 }] },
    });
  });

  test("texts do not open in another job, nor a note with another pair", () => {
    const sealed = sealing.wrap(jobSaying("one"));
    expect(() => sealing.unwrap({ ...sealed, pair_id: "pair_2" })).toThrow("altered");
    expect(() => sealing.unwrapNote("pair_2", sealing.wrapNote("pair_1", { a: 1 }))).toThrow("altered");
    expect(() => sealing.unwrapBody("req_2", sealing.wrapBody("req_1", Buffer.from("b")))).toThrow("altered");
  });

  test("what they did not seal is refused, and says what would have it read", () => {
    const told = "UNDERSTUDY_QUEUE_UNSEALED=accept";
    expect(() => sealing.unwrap(jobSaying("plain"))).toThrow(told);
    expect(() => sealing.unwrapNote("pair_1", { pair: {} })).toThrow(told);
    expect(() => sealing.unwrapBody("req_1", plain.wrapBody("req_1", Buffer.from("b")))).toThrow(told);
    expect(() => sealing.vouch(plain.wrapTicket(jobSaying("large"), "req_1"))).toThrow(told);
    expect(() => createJobCodec(queueKeys("one")).decode(JSON.stringify(jobSaying("spooled")))).toThrow(told);
  });

  test("what stays readable is theirs too, whatever order its keys come back in", () => {
    const sealed = sealing.wrap(jobSaying("one")) as Record<string, unknown>;
    const reversed = Object.fromEntries(Object.entries(sealed).toReversed());
    expect(sealing.unwrap(reversed)).toEqual(jobSaying("one"));
    expect(() => sealing.unwrap({ ...sealed, silent_model: "another" })).toThrow("altered");
  });

  test("who lacks the key is told which one it is", () => {
    const [sealed, note] = [sealing.wrap(jobSaying("one")), sealing.wrapNote("pair_1", { a: 1 })];
    for (const other of [plain, createEnvelope(queueKeys("two"))]) {
      expect(() => other.unwrap(sealed)).toThrow(UnknownQueueKeyError);
      expect(() => other.unwrapNote("pair_1", note)).toThrow("the queue key one");
      expect(() => other.unwrapBody("req_1", sealing.wrapBody("req_1", Buffer.from("b")))).toThrow("the queue key one");
    }
  });

  test("the spool's lines are sealed too", () => {
    const codec = createJobCodec(queueKeys("one"));
    const line = codec.encode(jobSaying(CANARY));
    expect(line).not.toContain(CANARY);
    expect(codec.decode(line)).toEqual(jobSaying(CANARY));
  });
});
