import { sampleCallRecord } from "@understudy/contracts/fixture";
import type { Pair } from "@understudy/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import { modelEntry, type RunningGateway, startGateway } from "./fixtures/gateway.fixture.ts";

const KEY = "sk-test-master";
const headers = { authorization: `Bearer ${KEY}` };
const EXPERIMENT = { id: "main~cheap", primary: "main", silent: "cheap" };
/** More than one page. */
const PAIRS = 230;
let bench: EmbeddedBench;
let gateway: RunningGateway;

beforeAll(async () => {
  bench = await openEmbeddedBench();
  const nowhere = "http://127.0.0.1:1/v1";
  gateway = await startGateway(
    {
      model_list: [
        modelEntry("main", "gpt-4o", nowhere, { silent_model: "cheap" }),
        modelEntry("cheap", "gpt-4o-mini", nowhere),
      ],
      general_settings: { master_key: KEY },
    },
    { queues: bench.queues, store: bench.store },
  );
  const saved = Array.from({ length: PAIRS }, (_, number) =>
    bench.store.pairs.save(pairOf(number), EXPERIMENT, { payloads: "full", retentionMs: 1e15 }),
  );
  await Promise.all(saved);
});

afterAll(async () => {
  await gateway.stop();
  await bench.close();
});

function pairOf(number: number): Pair {
  const request_id = `req_${number}`;
  const answer = (text: string) => ({ text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 });
  return {
    id: `pair_${number}`,
    experiment: EXPERIMENT.id,
    request_id,
    silent_model: "cheap",
    outcome: number === 7 ? "failed" : "paired",
    reason: null,
    created_at: 1_700_000_000_000 + number,
    primary: sampleCallRecord({ request_id, answer: answer(`old ${number}`) }),
    silent: sampleCallRecord({ request_id, role: "silent", answer: answer(`=1+${number}`) }),
    request: { model: "main", messages: [{ role: "user", content: `say "${number}",\nplease` }] },
    comparison: { comparable: true, agrees: false, reason: "other_value" },
  };
}

const read = (query: string) => ask(gateway.url, `/api/pairs?${query}`, { headers });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");

describe("GET /api/pairs?format=", () => {
  test("jsonl is every pair that the filters leave, a line each", async () => {
    const { status, text, headers: sent } = await read("format=jsonl");
    expect([status, sent["content-disposition"]]).toEqual([200, 'attachment; filename="pairs.jsonl"']);
    const ids = lines(text).map((line) => (JSON.parse(line) as Pair).id);
    expect(ids).toEqual(Array.from({ length: PAIRS }, (_, number) => `pair_${PAIRS - 1 - number}`));
    expect(lines((await read("format=jsonl&outcome=failed")).text)).toHaveLength(1);
    const [bare, full] = await Promise.all([
      read("format=jsonl&request_id=req_7"),
      read("format=jsonl&request_id=req_7&texts=true"),
    ]);
    expect(JSON.parse(bare.text)).toMatchObject({ request: null, excerpt: { primary: "old 7" } });
    expect(JSON.parse(full.text)).toMatchObject({ request: { model: "main" }, excerpt: { primary: "old 7" } });
  });

  test("csv quotes what would end a cell, and what a spreadsheet would run", async () => {
    const { text } = await read("format=csv&request_id=req_7");
    const [head, row] = text.split("\r\n");
    expect(head).toMatch(/^id,created_at,experiment,outcome,/);
    expect(row).toContain(`,"say ""7"", please",old 7,'=1+7,`);
    expect(lines((await read("format=csv")).text)).toHaveLength(PAIRS + 1);
  });

  test("is refused with what to write instead", async () => {
    const errorOf = async (query: string) => {
      const { status, json } = await read(query);
      return [status, (json as { error: { message: string } }).error.message] as const;
    };
    expect(await errorOf("format=xml")).toEqual([400, "`format` must be jsonl or csv, or left out."]);
    expect((await errorOf("format=csv&texts=true"))[1]).toContain("write format=jsonl");
    expect((await errorOf("format=csv&cursor=x"))[1]).toContain("`cursor`");
    expect((await errorOf("format=jsonl&outcome=none"))[0]).toBe(400);
    expect((await ask(gateway.url, "/api/pairs?format=csv")).status).toBe(401);
  });
});

test("DELETE /api/data deletes what its query names, and answers with a receipt", async () => {
  const remove = (query: string) => ask(gateway.url, `/api/data${query}`, { method: "DELETE", headers });
  expect((await remove("")).status).toBe(400);
  expect((await remove("?user=a&session=b")).status).toBe(400);
  const { status, json } = await remove("?request_id=req_9");
  expect(status).toBe(200);
  expect(json).toMatchObject({ of: "request", deleted: { pairs: 1, texts: 1 }, not_reached: expect.any(Array) });
  const pair = (await ask(gateway.url, "/api/pairs/pair_9", { headers })).json;
  expect(pair).toMatchObject({ request: null, conversation: null, said: "Another value" });
  expect((await ask(gateway.url, "/api/data", { headers })).status).toBe(405);
});
