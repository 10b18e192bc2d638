import type { LabelReport, Report } from "@understudy/evaluation";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { systemClock } from "@understudy/runtime";
import type { BlindPair, Pair } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import { modelEntry, type RunningGateway, startGateway } from "./fixtures/gateway.fixture.ts";

const KEY = "sk-test-master";
const headers = { authorization: `Bearer ${KEY}` };
const EXPERIMENT = "main~cheap";
const HOUR_MS = 3_600_000;
const PAIRS = 80;
const EVERYTHING = { share: 1, margin: 0.1 };
let bench: EmbeddedBench;
let gateway: RunningGateway;
let firstLabelled: string;

const answerOf = (text: string) => ({ text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 });

/** Pairs of two hours ago that a judge has found alike. */
beforeAll(async () => {
  bench = await openEmbeddedBench();
  const nowhere = "http://127.0.0.1:1/v1";
  gateway = await startGateway(
    {
      model_list: [
        modelEntry("main", "gpt-4o", nowhere, { silent_model: ["cheap", "unlabelled"] }),
        modelEntry("cheap", "gpt-4o-mini", nowhere),
        modelEntry("unlabelled", "gpt-4o-mini", nowhere),
        modelEntry("referee", "judge", nowhere),
      ],
      general_settings: { master_key: KEY },
      mirror_settings: {
        judge: { model: "referee", sample_rate: 1 },
        labels: { sample_rate: 1 },
        verdict: { minimum_span: 0 },
        margins: { quality_loss: null, error_rate: null, latency: null, p95_latency: null, cost: null },
        silent_models: { unlabelled: { labels: null } },
      },
    },
    { queues: bench.queues, store: bench.store },
  );
  const key = { id: EXPERIMENT, primary: "main", silent: "cheap" };
  await Promise.all(Array.from({ length: PAIRS }, (_, number) => savePair(number, key)));
  await bench.store.pairs.save(
    { ...pairOf(900), id: "pair_900", experiment: "main~unlabelled", silent_model: "unlabelled", judge: null },
    { id: "main~unlabelled", primary: "main", silent: "unlabelled" },
    { payloads: "full", retentionMs: 1e12 },
  );
  await fold();
});

afterAll(async () => {
  await gateway.stop();
  await bench.close();
});

function pairOf(number: number): Pair {
  const request_id = `req_${number}`;
  const at = systemClock.now() - 2 * HOUR_MS + number;
  const record = (text: string, of: object) => sampleCallRecord({ request_id, answer: answerOf(text), ...of });
  return {
    id: `pair_${number}`,
    experiment: EXPERIMENT,
    request_id,
    silent_model: "cheap",
    outcome: "paired",
    reason: null,
    created_at: at,
    admitted_at: at,
    primary: record(`the old answer ${number}`, {}),
    silent: record(`the new answer ${number}`, { role: "silent", is_silent_experiment: true }),
    request: { model: "main", user: "ann", messages: [{ role: "user", content: `question ${number}` }] },
    comparison: { comparable: true, not_comparable: [], kind: "long_text", likeness: "unclear", agrees: null },
    judge: "asked",
  };
}

async function savePair(number: number, key: { id: string; primary: string; silent: string }): Promise<void> {
  const pair = pairOf(number);
  await bench.store.pairs.save(pair, key, { payloads: "full", retentionMs: 1e12 });
  await bench.store.reviews.save({
    pair_id: pair.id,
    experiment: EXPERIMENT,
    created_at: pair.created_at,
    judgement: "tie",
    not_judged: null,
    choices: { primary_first: "tie", silent_first: "tie" },
    judge: "judge",
    judge_prompt: 3,
    judge_cost_usd: 0.001,
    similarity: null,
    similarity_failed: false,
    embedding_cost_usd: null,
  });
}

async function fold(): Promise<void> {
  const rules = { controlled: false, higherRung: true, margins: { latency: null } };
  const cost = { margin: null, silentCap: null, primaryCap: null };
  const task = { experiment: EXPERIMENT, control: null, rules, horizonMs: HOUR_MS, cost, labels: EVERYTHING };
  for (let more = true; more;) ({ more } = await bench.store.experiments.foldUnits(task));
}

const get = (path: string) => ask(gateway.url, path, { headers });
const post = (id: string, body: unknown) => ask(gateway.url, `/api/labels/${id}`, { method: "POST", headers, body });
const errorIn = ({ status, json }: Awaited<ReturnType<typeof get>>) => {
  const { code, message } = (json as { error: { code: string; message: string } }).error;
  return [status, code, message] as const;
};

async function nextPair(): Promise<BlindPair> {
  const { next } = (await get(`/api/experiments/${EXPERIMENT}/labels/next`)).json as { next: BlindPair | null };
  if (next === null) throw new Error("no pair waits for a label");
  return next;
}

test("the next pair is blind: what was asked, two answers, and nothing that tells which is which", async () => {
  const { status, text, json, headers: sent } = await get(`/api/experiments/${EXPERIMENT}/labels/next`);
  expect([status, sent["cache-control"]]).toEqual([200, "no-store"]);
  const { next } = json as { next: BlindPair };
  const number = /question (\d+)/.exec(text)?.[1] ?? "";
  expect(next.request).toEqual({ messages: [{ role: "user", content: `question ${number}` }] });
  expect(new Set([next.a.text, next.b.text])).toEqual(
    new Set([`the new answer ${number}`, `the old answer ${number}`]),
  );
  const told = text.replaceAll(EXPERIMENT, "");
  for (const hint of ["gpt", "cheap", "main", "pair_", "req_", "cost", "_ms", "usage", "tie", "primary", "silent"])
    expect(told, hint).not.toContain(hint);
});

describe("a label is refused with what to do", () => {
  test("without the key, for what is not there, and where nobody asks for any", async () => {
    const path = `/api/experiments/${EXPERIMENT}/labels/next`;
    expect((await ask(gateway.url, path)).status).toBe(401);
    expect((await ask(gateway.url, "/api/labels/lab_1", { method: "POST", body: { label: "a" } })).status).toBe(401);
    expect(errorIn(await get("/api/experiments/none/labels"))).toEqual([
      404,
      "not_found",
      "There is no experiment none. GET /api/experiments lists them.",
    ]);
    const [status, code, message] = errorIn(await get("/api/experiments/main~unlabelled/labels/next"));
    expect([status, code]).toEqual([409, "labels_off"]);
    expect(message).toContain("write mirror_settings.labels: {} beside a judge");
    expect(errorIn(await post("lab_none", { label: "a" }))[0]).toBe(404);
    expect((await ask(gateway.url, path, { method: "PUT", headers })).status).toBe(405);
  });

  test.each([
    [{ label: "better" }, 422, "`label`: write one of a, same, b, skip"],
    [{}, 422, "`label`: write one of"],
    [{ label: "a", note: "x".repeat(2_001) }, 422, "`note`: write text of at most 2000 characters"],
    [{ label: "a", reviewer: 7 }, 422, "`reviewer`: write a name"],
    [{ label: "a", pair: "pair_1" }, 422, "is not a key here"],
    ["not JSON", 400, "The body is not JSON"],
  ])("%o", async (body, expected, words) => {
    const [status, , message] = errorIn(await post("lab_none", body));
    expect(status).toBe(expected);
    expect(message).toContain(words);
  });

  test("when somebody was quicker: the first one stays", async () => {
    const { id } = await nextPair();
    firstLabelled = id;
    expect((await post(id, { label: "same" })).json).toEqual({ id, status: "labelled" });
    const [status, code, message] = errorIn(await post(id, { label: "a" }));
    expect([status, code]).toEqual([409, "label_taken"]);
    expect(message).toContain("the first label stays");
  });
});

const remove = (path: string) => ask(gateway.url, path, { method: "DELETE", headers });

test("a label is taken back by whoever gave it, while no verdict has counted it", async () => {
  const { id } = await nextPair();
  await post(id, { label: "a", reviewer: "eve" });
  const [status, code, message] = errorIn(await remove(`/api/labels/${id}`));
  expect([status, code]).toEqual([409, "label_taken"]);
  expect(message).toContain("with that reviewer's name");
  expect((await remove(`/api/labels/${id}?reviewer=eve`)).json).toEqual({ id, status: "taken_back" });
  expect(errorIn(await remove(`/api/labels/${id}?reviewer=eve`))[0]).toBe(404);
});

test("what a person says of another pair is a note beside it, and is taken back", async () => {
  const path = "/api/pairs/pair_900/notes";
  expect(errorIn(await ask(gateway.url, path, { method: "POST", headers, body: { label: "a" } }))[0]).toBe(422);
  const missing = { method: "POST", headers, body: { label: "same" } };
  expect(errorIn(await ask(gateway.url, "/api/pairs/pair_none/notes", missing))[0]).toBe(404);
  const written = await ask(gateway.url, path, { method: "POST", headers, body: { label: "silent" } });
  const note = written.json as { id: string };
  expect(written.status).toBe(201);
  const notes = async () => ((await get("/api/pairs/pair_900")).json as { notes: object[] }).notes;
  expect(await notes()).toMatchObject([{ id: note.id, label: "silent", reviewer: null }]);
  expect((await remove(`/api/notes/${note.id}`)).json).toEqual({ id: note.id, status: "taken_back" });
  expect(await notes()).toEqual([]);
  expect(errorIn(await remove(`/api/notes/${note.id}`))[0]).toBe(404);
});

test("a note keeps no key of ours, and stands with the pair", async () => {
  const { id, request } = await nextPair();
  await post(id, { label: "same", note: ` said sk-test-cheap aloud `, reviewer: "eve" });
  const [message] = request["messages"] as readonly { content: string }[];
  const { json } = await get(`/api/pairs/pair_${message?.content.split(" ")[1]}`);
  expect((json as { label: object }).label).toMatchObject({ label: "same", reviewer: "eve" });
  expect((json as { label: { note: string } }).label.note).not.toContain("sk-test-cheap");
});

test("from the queue to the verdict: provisional until people have shown it, then a promote", async () => {
  await fold();
  const report = async (): Promise<Report> => (await get(`/api/experiments/${EXPERIMENT}/report`)).json as Report;
  const before = await report();
  expect(before.verdict.decision).toBe("promote_provisional");
  expect(before.verdict.reason).toMatch(
    /people have not shown it yet: labels has 2 labels; how many more it takes cannot be told yet, and 78 pairs/,
  );
  const { drawn, waiting } = (await get(`/api/experiments/${EXPERIMENT}/labels`)).json as LabelReport;
  expect([drawn, waiting]).toEqual([PAIRS, PAIRS - 2]);
  for (let left = waiting; left > 0; left -= 1) {
    const { id } = await nextPair();
    expect((await post(id, { label: left % 50 === 0 ? "skip" : "same", reviewer: "eve" })).status).toBe(200);
  }
  expect((await get(`/api/experiments/${EXPERIMENT}/labels/next`)).json).toMatchObject({ next: null });
  await fold();
  // The one before is given for two seconds.
  const promoted = await pollUntil(report, { until: ({ labels }) => labels?.waiting === 0 });
  expect(promoted.verdict.decision).toBe("promote");
  expect(promoted.verdict.rungs.map(({ name }) => name)).toContain("labels");
  expect(promoted.labels).toMatchObject({
    drawn: PAIRS,
    labelled: PAIRS - 1,
    skipped: 1,
    waiting: 0,
    labels: PAIRS - 1,
  });
  expect(errorIn(await remove(`/api/labels/${firstLabelled}`))).toEqual([
    409,
    "label_entered",
    "This label has entered the evidence, and what a verdict has counted stays.",
  ]);
});
