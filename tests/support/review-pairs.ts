import { sampleCallRecord } from "@understudy/contracts/fixture";
import type { Answer, CallRecord } from "@understudy/contracts";
import { comparePair } from "@understudy/evaluation/compare";
import { systemClock } from "@understudy/runtime";
import { createStore, openPostgres, type Pair, type Store } from "@understudy/store";

export const REVIEWED = { id: "primary-model~evaluation-model", primary: "primary-model", silent: "evaluation-model" };

interface Seed {
  readonly prompt: string;
  readonly system?: string;
  readonly primary: Partial<Answer>;
  /** Null: no answer came in time. */
  readonly silent: Partial<Answer> | null;
  readonly more?: object;
}

const SHOP =
  "You are the support assistant of a shop for tents and boots.\nAnswer briefly, and promise nothing.".repeat(3);

const REFUND = {
  type: "function",
  function: {
    name: "issue_refund",
    parameters: {
      type: "object",
      properties: {
        order: { type: "string" },
        line: { type: "integer" },
        amount: { type: "number" },
        currency: { type: "string", default: "USD" },
      },
    },
  },
};
const ORDER = { type: "function", function: { name: "get_order", parameters: { type: "object", properties: {} } } };

const calls = (...made: readonly (readonly [string, object])[]): Partial<Answer> => ({
  text: null,
  finish_reason: "tool_calls",
  tool_calls: made.map(([name, given]) => ({ name, arguments: JSON.stringify(given) })),
});

const sentences = (run: number, own: string): string =>
  [
    `The section ${run} of the report says ${own} about the stock.`,
    ...Array.from(
      { length: 40 },
      (_, at) => `Line ${at} of section ${run} lists what was counted, packed and sent that day.`,
    ),
  ].join("\n");

/** 60 sections of which every tenth differs: some 190,000 characters. */
const longReport = (other: boolean): string =>
  Array.from({ length: 60 }, (_, run) => sentences(run, other && run % 10 === 5 ? "nothing" : "a lot")).join("\n\n");

const record = (customer: string, amount: number, due: string) =>
  JSON.stringify({
    customer,
    email: "clara@example.com",
    order_id: "INV-20418",
    amount,
    currency: "USD",
    due,
    address: { street: "Fjellvegen 4", city: "Voss", country: "NO", zip: "5700" },
    tags: ["invoice", "reminder"],
    language: "en",
    sentiment: "neutral",
  });

/** What a shop's assistant is asked, with answers that differ in all the ways that a reader has to see. */
const SEEDS: readonly Seed[] = [
  {
    system: SHOP,
    prompt: "Please refund the second pair of socks, they are the wrong size. Order NO-90417.",
    primary: calls(
      ["get_order", { order: "NO-90417" }],
      ["issue_refund", { order: "NO-90417", line: 2, amount: 18.5, currency: "USD" }],
    ),
    silent: calls(["get_order", { order: "NO-90417" }], ["issue_refund", { order: "NO-90417", line: 1, amount: 37 }]),
    more: { tools: [REFUND, ORDER] },
  },
  {
    system: "You turn mail into records.",
    prompt: "Hello, I am Clara Jensen. Please send the invoice INV-20418 over $310.50 before 12 May 2027.",
    primary: { text: record("Clara Jensen", 310.5, "2027-05-12") },
    silent: { text: record("Clara Jensen", 310.51, "2027-12-05") },
    more: { response_format: { type: "json_object" } },
  },
  {
    system: SHOP,
    prompt: "Hi, my tent (order NO-88213) arrived with a broken pole. I need it for Friday. Can you send a new pole?",
    primary: {
      text: "I’m sorry about the broken pole, Ines. A replacement pole **ships today by express**, so it should reach you by Thursday, 26 November.\n\nThe warranty covers it, and there is nothing to pay.\n\nYou find the state of the parcel in your account.\n\nKeep the broken pole; no return is needed. You’ll get a tracking link within the hour.",
    },
    silent: {
      text: "I’m sorry about the broken pole, Ines. A replacement pole **ships within 3 working days** by standard delivery.\n\nThe warranty covers it, and there is nothing to pay.\n\nYou find the state of the parcel in your account.\n\nPlease return the broken pole within 14 days, or we must charge $39. You’ll get a tracking link within the hour.",
    },
  },
  {
    prompt: "Write a function that adds tax, and list what it does.",
    primary: {
      text: "## Tax\n\n- takes a **net** price\n- adds 19 percent\n\n```js\nconst gross = (net) => net * 1.19;\n```\n\n| net | gross |\n| --- | --- |\n| 100 | 119 |\n\nSee [the rules](https://example.com/tax).",
    },
    silent: {
      text: "## Tax\n\n- takes a **net** price\n- adds 7 percent\n\n```js\nconst gross = (net) => net * 1.07;\n```\n\n| net | gross |\n| --- | --- |\n| 100 | 107 |\n\nSee [the rules](https://example.com/tax).",
    },
  },
  { prompt: "Send me the whole report.", primary: { text: longReport(false) }, silent: { text: longReport(true) } },
  {
    prompt: "Is file \u202Etxt.exe safe? <img src=http://127.0.0.1:9/x.png onerror=alert(1)>",
    primary: { text: "No: it ends in \u202Eexe.\u202C Do not open it. ![pixel](http://127.0.0.1:9/p.png)" },
    silent: { text: "Yes: it ends in txt. <script>document.title='taken'</script> Open it." },
  },
  {
    prompt: "How many days do I have to return boots?",
    primary: { text: "You have 30 days." },
    silent: { text: "You have 14 days." },
  },
  { prompt: "Which city is the shop in?", primary: { text: "Bergen" }, silent: { text: "Oslo" } },
  {
    prompt: "Is the Sarek pillow in stock?",
    primary: { text: "Yes, it is in stock in blue." },
    silent: { text: "No, it is not in stock in blue." },
  },
  {
    prompt: "What does the large tent weigh?",
    primary: { text: "It weighs 2.4 kg with its poles." },
    silent: { text: "It weighs 4.2 kg with its poles." },
  },
  {
    prompt: "Has NO-90882 left the warehouse? If not I might cancel.",
    primary: calls(["get_order", { order: "NO-90882" }]),
    silent: calls(["cancel_order", { order: "NO-90882" }]),
    more: { tools: [ORDER] },
  },
  {
    prompt: "Can you compare the three sleeping bags in my cart for −10 °C?",
    primary: { text: "The Sarek 800 is the one." },
    silent: null,
  },
];

const HOUR_MS = 3_600_000;

function pairOf({ prompt, system, primary, silent, more = {} }: Seed, number: number): Pair {
  const request_id = `req_review_${number}`;
  const at = systemClock.now() - 3 * HOUR_MS + number * 60_000;
  const messages = [
    ...(system === undefined ? [] : [{ role: "system", content: system }]),
    { role: "user", content: prompt },
  ];
  const request = { model: REVIEWED.primary, user: `customer-${number}`, messages, ...more };
  const record = (answer: Partial<Answer> | null, of: Partial<CallRecord>): CallRecord =>
    sampleCallRecord({
      request_id,
      timing: { started_at: at, total_ms: 3_100, model_ms: 3_100, first_token_ms: null, queue_wait_ms: null },
      cost_usd: 0.0021,
      list_cost_usd: 0.0021,
      answer:
        answer === null
          ? null
          : { text: null, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1, ...answer },
      ...of,
    });
  const attempt = {
    deployment: "d",
    model_group: REVIEWED.silent,
    provider: "openai",
    started_at: at,
    http_status: null,
    message: null,
  };
  const timeout: Partial<CallRecord> = {
    status: "error",
    error: { kind: "timeout", status: 408, message: "", type: null, code: null, param: null },
    attempts: [1, 2, 3].map(() => ({ ...attempt, duration_ms: 60_000, outcome: "timeout" as const })),
  };
  const one = record(primary, { model_group: REVIEWED.primary, answered_by: REVIEWED.primary });
  const other = record(silent, {
    role: "silent",
    is_silent_experiment: true,
    model_group: REVIEWED.silent,
    answered_by: REVIEWED.silent,
    cost_usd: 0.0002,
    ...(silent === null ? timeout : {}),
  });
  return {
    id: `pair_review_${number}`,
    experiment: REVIEWED.id,
    request_id,
    silent_model: REVIEWED.silent,
    outcome: silent === null ? "failed" : "paired",
    reason: silent === null ? "timeout" : null,
    created_at: at,
    admitted_at: at,
    primary: one,
    silent: other,
    request,
    comparison: comparePair(one, other, request),
    subject: { users: [], sessions: [] },
    judge: silent === null ? null : "asked",
  };
}

/** A store on the system's own database, holding the pairs above, judged, and drawn for people to label. */
export async function seedReviewPairs(databaseUrl: string): Promise<Store> {
  const store = createStore(openPostgres(databaseUrl), { clock: systemClock });
  const pairs = SEEDS.map(pairOf);
  for (const pair of pairs) {
    await store.pairs.save(pair, REVIEWED, { payloads: "full", retentionMs: 30 * 24 * HOUR_MS });
    if (pair.judge === "asked") await store.reviews.save(reviewOf(pair));
  }
  const rules = { controlled: false, higherRung: true, margins: { latency: null } };
  const cost = { margin: null, silentCap: null, primaryCap: null };
  const labels = { share: 1, margin: 0.1 };
  const task = { experiment: REVIEWED.id, control: null, rules, horizonMs: HOUR_MS, cost, labels };
  for (let more = true; more;) ({ more } = await store.experiments.foldUnits(task));
  return store;
}

function reviewOf({ id, created_at }: Pair) {
  return {
    pair_id: id,
    experiment: REVIEWED.id,
    created_at,
    judgement: "tie" as const,
    not_judged: null,
    choices: { primary_first: "tie" as const, silent_first: "tie" as const },
    judge: "judge",
    judge_prompt: 3,
    judge_cost_usd: 0.001,
    similarity: null,
    similarity_failed: false,
    embedding_cost_usd: null,
  };
}
