import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import type { SilentModel } from "@understudy/config";
import { shortHash } from "@understudy/runtime";
import { makeMirrorJob, makeReplayJob, pairIdOf, replayPairIdOf } from "./mirror-job.ts";
import { jobNumber, primaryRecord, QUESTION, silentTarget } from "./mirror-job.fixture.ts";
import { parseMirrorJob } from "./parse-mirror-job.ts";

const REQUEST_IDS = [
  "req_0194c0ffee1234567890abcdef",
  "req_1",
  "req_",
  "req_a:b",
  "1234",
  "client:sent:this",
  "",
  "req_é",
];
const SILENT_MODELS = ["quiet", "openai/gpt-4o", "a:b", "123", "模型", ""];

describe("a pair's id", () => {
  test("is the same for the same request and silent model", () => {
    expect(pairIdOf("req_1", "quiet")).toBe(pairIdOf("req_1", "quiet"));
  });

  test("differs by request and by silent model, however they are spelt", () => {
    const ids = REQUEST_IDS.flatMap((request) => SILENT_MODELS.map((silent) => pairIdOf(request, silent)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is one that BullMQ takes as a job's id", () => {
    for (const request of REQUEST_IDS) {
      for (const silent of SILENT_MODELS) expect(pairIdOf(request, silent)).toMatch(/^pair_[0-9A-Za-z]+_[0-9a-f]{8}$/);
    }
  });

  test("keeps our request id readable", () => {
    expect(pairIdOf("req_0194c0ffee", "quiet")).toMatch(/^pair_0194c0ffee_/);
  });
});

describe("making a job", () => {
  test("takes everything from the target and the primary's record", () => {
    const target = silentTarget({ maxJobAgeMs: 500, payloads: "metrics_only", retentionMs: 7 });
    const primary = primaryRecord({ request_id: "req_9" });
    const stratum = "size=under 1 KB;stream=no";
    const job = makeMirrorJob({
      target,
      primaryGroup: "gpt-main",
      askedGroup: null,
      rollout: null,
      primary,
      request: QUESTION,
      stratum,
      session: "s-1",
      headers: { "anthropic-version": "2023-06-01" },
      now: 2_000,
    });
    expect(job).toEqual({
      version: 1,
      pair_id: pairIdOf("req_9", "quiet"),
      request_id: "req_9",
      experiment: "exp-1",
      primary_group: "gpt-main",
      silent_model: "quiet",
      request: QUESTION,
      primary,
      admitted_at: 2_000,
      expires_at: 2_500,
      payloads: "metrics_only",
      retention_ms: 7,
      stratum,
      session: shortHash("s-1", 16),
      headers: { "anthropic-version": "2023-06-01" },
    });
  });
});

describe("reading a job", () => {
  test("gives back what was made, after a way through JSON", () => {
    const job = jobNumber(1);
    expect(parseMirrorJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  test.each([
    ["nothing", null],
    ["text", "job"],
    ["a list", []],
    ["an empty object", {}],
    ["another version", { ...jobNumber(1), version: 2 }],
    ["no pair id", { ...jobNumber(1), pair_id: "" }],
    ["a pair id that is no text and has an odd length", { ...jobNumber(1), pair_id: { length: { toString: null } } }],
    ["a request that is not text", { ...jobNumber(1), request: {} }],
    ["no primary", { ...jobNumber(1), primary: null }],
    ["a silent call as primary", { ...jobNumber(1), primary: primaryRecord({ role: "silent" }) }],
    ["a time that is not a number", { ...jobNumber(1), expires_at: "soon" }],
    ["an attempt that is none", { ...jobNumber(1), primary: { ...primaryRecord(), attempts: [null] } }],
    ["an answer that is text", { ...jobNumber(1), primary: { ...primaryRecord(), answer: "Hello" } }],
    ["an API that there is not", { ...jobNumber(1), primary: { ...primaryRecord(), operation: "telepathy" } }],
    [
      "a name that every object has for an API",
      { ...jobNumber(1), primary: { ...primaryRecord(), operation: "toString" } },
    ],
    ["a use without counts", { ...jobNumber(1), primary: { ...primaryRecord(), usage: {} } }],
  ])("refuses %s", (_what, data) => {
    expect(() => parseMirrorJob(data)).toThrow(ZodError);
  });

  test("reads what a newer gateway adds, and does not lose it", () => {
    const job = { ...jobNumber(1), added_later: { body_at: "elsewhere" } };
    expect(parseMirrorJob(job)).toEqual(job);
  });

  // A job as version 0.1.0 wrote it. It may wait on a queue while the worker is replaced, so it stays readable for good.
  const YESTERDAYS = {
    version: 1,
    pair_id: "pair_0194c0ffee_5e0f6bd1",
    request_id: "req_0194c0ffee",
    experiment: "gpt-main--quiet",
    primary_group: "gpt-main",
    silent_model: "quiet",
    request: '{"model":"gpt-main","messages":[{"role":"user","content":"Say hello"}]}',
    primary: {
      id: "call_0194c0ffee",
      request_id: "req_0194c0ffee",
      client_request_id: null,
      role: "primary",
      is_silent_experiment: false,
      operation: "chat",
      stream: false,
      status: "ok",
      model_group: "gpt-main",
      answered_by: "gpt-main",
      deployment: "main-1",
      provider: "openai",
      model: "gpt-main",
      response_model: null,
      system_fingerprint: null,
      timing: { started_at: 1, total_ms: 2.5, model_ms: 2.5, first_token_ms: null, queue_wait_ms: null },
      usage: null,
      cost_usd: null,
      answer: null,
      error: null,
      attempts: [],
      changes: [],
    },
    admitted_at: 1,
    expires_at: 2,
    payloads: "full",
    retention_ms: 86_400_000,
  };

  test("reads yesterday's shape", () => {
    expect(parseMirrorJob(YESTERDAYS)).toEqual(YESTERDAYS);
  });
});

describe("making a job of a stored request", () => {
  const replay = { maxJobAgeMs: 500, payloads: "full", retentionMs: 7 } as const;
  const silent = { name: "other", replay } as unknown as SilentModel;
  const primary = primaryRecord({ request_id: "req_9" });
  const job = makeReplayJob({
    silent,
    primaryGroup: "gpt-main",
    primary,
    request: { model: "gpt-main" },
    now: 2_000,
  });

  test("keeps the stored primary, and belongs to an experiment of its own", () => {
    expect(job).toMatchObject({
      experiment: "gpt-main~other~replay",
      replay: true,
      primary,
      request: '{"model":"gpt-main"}',
      expires_at: 2_500,
      payloads: "full",
      retention_ms: 7,
    });
    expect(parseMirrorJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  test("gives the same id each time, and another than the live mirror's", () => {
    expect(job.pair_id).toBe(replayPairIdOf("req_9", "other"));
    expect(job.pair_id).not.toBe(pairIdOf("req_9", "other"));
    expect(job.pair_id).not.toContain(":");
  });
});
