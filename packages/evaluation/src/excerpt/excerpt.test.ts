import type { Answer, CallRecord, Excerpt } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { comparePair } from "../compare/compare-pair.ts";
import { sampleAnswer, sampleRecord } from "../compare/records.fixture.ts";
import { conversationOf } from "./conversation.ts";
import { excerptOf } from "./excerpt.ts";

const ASKED = { messages: [{ role: "user", content: "Send the\n invoice over $310.50." }] };

function excerptOfAnswers(one: Partial<Answer>, other: Partial<Answer>, request: object = ASKED): Excerpt {
  const [primary, silent] = [
    sampleRecord({ answer: sampleAnswer(one) }),
    sampleRecord({ answer: sampleAnswer(other) }),
  ];
  return excerptOf({
    outcome: "paired",
    reason: null,
    primary,
    silent,
    request,
    comparison: comparePair(primary, silent, request),
  });
}

function failed(silent: Partial<CallRecord>): Excerpt {
  const record = sampleRecord({ status: "error", answer: null, ...silent });
  const reason = record.error?.kind ?? null;
  return excerptOf({
    outcome: "failed",
    reason,
    primary: sampleRecord(),
    silent: record,
    request: ASKED,
    comparison: null,
  });
}

const calling = (name: string, given: object): Partial<Answer> => ({
  text: null,
  tool_calls: [{ name, arguments: JSON.stringify(given) }],
});

describe("an excerpt", () => {
  test("tells JSON apart by path and both values, and shows the question in one line", () => {
    const { prompt, said, primary } = excerptOfAnswers(
      { text: '{"customer":"Clara","amount":310.5}' },
      { text: '{"customer":"Clara","amount":310.51}' },
    );
    expect(said).toBe("JSON: /amount 310.5 ≠ 310.51");
    expect(prompt).toBe("Send the invoice over $310.50.");
    expect(primary).toBe('{"customer":"Clara","amount":310.5}');
  });

  test("tells tool calls apart by argument, a default that was left out being the same", () => {
    const parameters = { type: "object", properties: { currency: { type: "string", default: "USD" } } };
    const request = { ...ASKED, tools: [{ type: "function", function: { name: "issue_refund", parameters } }] };
    const { said, primary, silent } = excerptOfAnswers(
      calling("issue_refund", { line: 2, currency: "USD" }),
      calling("issue_refund", { line: 1 }),
      request,
    );
    expect(said).toBe("issue_refund: /line 2 ≠ 1");
    expect(primary).toBe('issue_refund(line 2, currency "USD")');
    expect(silent).toBe("issue_refund(line 1)");
  });

  test("names the tool that was called in another's place", () => {
    const { said } = excerptOfAnswers(calling("get_order", { id: 1 }), calling("cancel_order", { id: 1 }));
    expect(said).toBe("cancel_order called, get_order expected");
  });

  test("shows texts where they begin to differ, and what stands there", () => {
    const same = "Thank you for writing to us about the tent that you have bought from us last week. ".repeat(3);
    const { said, silent } = excerptOfAnswers(
      { text: `${same}You can return it within 14 days of delivery to our shop.` },
      { text: `${same}You can return it within 30 days of delivery to our shop.` },
    );
    expect(said).toBe("Another number: “14” ≠ “30”");
    expect(silent).toMatch(/^… .*within 30 days/);
  });

  test("says how a call failed, and what the primary took", () => {
    const attempt = {
      deployment: "d",
      model_group: "g",
      provider: "p",
      started_at: 0,
      http_status: null,
      message: null,
    };
    const attempts = [1, 2, 3].map(() => ({ ...attempt, duration_ms: 60_000, outcome: "timeout" as const }));
    const error = { kind: "timeout", status: 408, message: "", type: null, code: null, param: null } as const;
    expect(failed({ attempts, error }).said).toMatch(/^No answer within 60 s, tried 3 times; .* took 800 ms$/);
  });

  test("names a check that only the candidate fails", () => {
    const schema = { type: "object", required: ["amount"], properties: { amount: { type: "number" } } };
    const request = { ...ASKED, response_format: { type: "json_schema", json_schema: { name: "order", schema } } };
    const { said } = excerptOfAnswers({ text: '{"amount":1}' }, { text: '{"sum":1}' }, request);
    expect(said).toBe("It breaks the schema; JSON: /amount 1 ≠ missing, /sum missing ≠ 1");
  });

  test("stays a few lines whatever models write", () => {
    const huge = "x".repeat(8_000_000);
    const nested = `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`;
    const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [`k${at}`, at])));
    for (const [one, other] of [
      [huge, `${huge}y`],
      [`${huge}y`, huge],
      [nested, "{}"],
      [keys, keys.replaceAll(":1", ":2")],
      ["\ud800 a", "\ud800 b"],
    ]) {
      const excerpt = excerptOfAnswers({ text: one ?? "" }, { text: other ?? "" });
      expect(JSON.stringify(excerpt).length).toBeLessThan(1_500);
      expect(excerpt.said.isWellFormed()).toBe(true);
    }
  });
});

describe("a conversation", () => {
  test("is the request's turns, with the defaults of its tools and whether it asks for JSON", () => {
    const parameters = { properties: { currency: { default: "USD" } } };
    const shown = conversationOf("chat", {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "See" }, { type: "image_url" }] },
      ],
      tools: [{ type: "function", function: { name: "refund", parameters } }],
      response_format: { type: "json_object" },
    });
    expect(shown.turns).toMatchObject([
      { role: "system", text: "Be brief." },
      { role: "user", text: "See", others: ["image_url"] },
    ]);
    expect(shown).toMatchObject({ tools: [{ name: "refund", defaults: { currency: "USD" } }], wants: "json" });
  });

  test("of a very long one is its beginning and its end", () => {
    const messages = Array.from({ length: 500 }, (_, at) => ({ role: "user", content: `turn ${at}` }));
    messages.push({ role: "user", content: "x".repeat(1_000_000) });
    const { turns, turns_left_out } = conversationOf("chat", { messages });
    expect(turns_left_out).toBe(501 - turns.length);
    expect([turns[0]?.text, turns.at(-1)?.left_out]).toEqual(["turn 0", 980_000]);
  });
});
