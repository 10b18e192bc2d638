import { APIS, viewRequest } from "@understudy/apis";
import { resolveConfig } from "@understudy/config";
import { askForUsage, buildRequest, createCostEstimate, sanitizeRequest, silentRequest } from "@understudy/providers";
import { conversationOf, stratumOf, UncallableJobError } from "@understudy/mirror";
import fc from "fast-check";
import { ApiError } from "../../../apps/gateway/src/http/api-error.ts";
import { readClientRequest } from "../../../apps/gateway/src/request/client-request.ts";
import { testTargets } from "../../../packages/providers/src/targets/deployment.fixture.ts";
import { withModel, writeBody } from "../../../packages/providers/src/request/written-body.ts";
import { silentSnapshot } from "../../../packages/mirror/src/call/silent-call.ts";
import { jobNumber } from "../../../packages/mirror/src/job/mirror-job.fixture.ts";
import { chatBodies, chatBodyTexts, nearChatBodies } from "../generators/chats.ts";
import { jsonTexts, mutated, written } from "../generators/json.ts";
import { SECRETS, shortText } from "../generators/texts.ts";
import { frozen, hold, holdNoSecret, holdPlain, inTime, sizeOf, unless } from "../invariants.ts";
import { target } from "../target.ts";

const SILENT = { model: "quiet", sample_rate: 1 };
const AT = { api_base: "http://127.0.0.1:9/v1", api_key: "sk-test-clients" };
const config = resolveConfig(
  {
    model_list: [
      { model_name: "gpt-main", litellm_params: { model: "openai/gpt-4o", silent_model: SILENT, ...AT } },
      { model_name: "quiet", litellm_params: { model: "openai/gpt-4o-mini", ...AT } },
      { model_name: "openai/*", litellm_params: { model: "openai/*", ...AT } },
    ],
  },
  {},
);
const estimate = createCostEstimate(config);

/** One that takes everything as it is, and those that rename, refuse, add and drop. */
const TARGETS = testTargets([
  {},
  { model: "openai/o3-mini", dropParams: true },
  { model: "mistral/mistral-large", dropParams: true },
  { model: "cerebras/llama-3.3-70b" },
  { model: "openai/*", modelGroup: "*" },
  { defaults: { temperature: 0, tools: [{ type: "function", function: { name: "mine" } }] }, extraBody: { top_k: 1 } },
  { additionalDropParams: ["tools[*].function.strict", "messages[0]", "__proto__", "response_format.json_schema"] },
]);

const SECRET = SECRETS[0];
/** Keys that may hide behind others of their name. */
const HIDDEN = [
  `"api_key":"${SECRET}"`,
  `"API-Key":"${SECRET}","api_key":1`,
  String.raw`"\u0061pi_key":"${SECRET}"`,
  `"metadata":{"api_key":"${SECRET}"}`,
  `"metadata":{"api_key":"${SECRET}"},"metadata":{"a":1}`,
  String.raw`"metadata":{"\u0061pi_key":"${SECRET}","api_key":0}`,
  `"metadata":{"a":{"api_key":"${SECRET}"},"a":1}`,
  `"metadata":{"a":[{"b":{"api_base":"${SECRET}"},"b":2}]}`,
  `"extra_body":{"headers":{"x":"${SECRET}"}},"extra_body":null`,
  String.raw`"met\u0061data":{"api_key":"${SECRET}"}`,
] as const;

/** The value with its members in one order, and numbers as JSON has them. */
function said(value: unknown): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

/** What no client may say for itself, wherever a request has room for it. */
const FORBIDDEN = /^(?:api_key|api_base|base_url|silent_model|is_silent_experiment|mock_|aws_|user_api_key)/;
const CONTAINERS = ["metadata", "litellm_metadata", "extra_body"];

function holdClean(body: Readonly<Record<string, unknown>>): void {
  const open: unknown[] = CONTAINERS.map((name) => body[name]);
  const names = Object.keys(body);
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) names.push(...Object.keys(next));
    for (const inner of Object.values(next)) open.push(inner);
  }
  const found = names.find((name) => FORBIDDEN.test(name.toLowerCase().replaceAll("-", "_")));
  hold(found === undefined, `a client's ${String(found)} came through`);
}

function holdForwardable(body: Readonly<Record<string, unknown>>, size: number): void {
  stratumOf(viewRequest("chat", body), size);
  holdPlain(conversationOf(viewRequest("chat", body), null), 1);
  for (const one of TARGETS) {
    const request = buildRequest(APIS.chat, one, { body, requestedModel: String(body["model"]) });
    hold(URL.canParse(request.url), `the URL is none: ${request.url}`);
    for (const stream of [true, false]) {
      const silent = silentRequest(APIS.chat, one, body, stream);
      hold((silent.body["stream"] === true) === stream, "the silent call is streamed otherwise than the primary");
      hold(silent.body["store"] !== true, "a silent answer would be kept at the provider");
      for (const name of ["user", "metadata", "safety_identifier"]) {
        hold((silent.body[name] ?? null) === null, `the silent call says who asked: ${name}`);
      }
      for (const { param, reason } of silent.changes) {
        hold(param.length <= 200 && reason.length <= 1_000, "a note of a change has no bound");
      }
    }
  }
  const usd = estimate("quiet", body, size);
  hold(usd === null || (Number.isFinite(usd) && usd >= 0), `an estimate of ${String(usd)} USD`);
}

export const targets = [
  target({
    name: "clients: chat bodies",
    runs: 500,
    inputs: chatBodyTexts,
    check(text) {
      const raw = Buffer.from(text);
      const request = inTime(raw.byteLength, () => unless([ApiError], () => readClientRequest(APIS.chat, raw)));
      if (request === null) return;
      holdClean(request.body);
      const { bytes } = request.written;
      hold(bytes === null || bytes === raw, "what is forwarded as written is not what came");
      JSON.parse(request.text);
      const size = raw.byteLength;
      inTime(size, () => holdForwardable(frozen(request.body), size), { baseMs: 200, msPerKb: 10 });
      const job = jobNumber(1, { request: request.text });
      const snapshot = unless([UncallableJobError], () => inTime(size, () => silentSnapshot(job)));
      const metadata = JSON.stringify(snapshot?.["metadata"] ?? null);
      hold(metadata.includes('"is_silent_experiment":true'), "a silent call is not marked as one");
    },
  }),
  target({
    name: "clients: parsed bodies",
    runs: 400,
    inputs: nearChatBodies,
    check(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return;
      const body = frozen(value as Record<string, unknown>);
      const size = sizeOf(body);
      const { body: clean, stripped } = inTime(size, () => sanitizeRequest(body));
      holdClean(clean);
      hold(stripped.every((name) => name.length < 400) || size > 400, "a stripped name has no bound");
      hold(stripped.length > 0 || clean === body, "a body was copied though nothing was stripped");
      holdPlain(conversationOf(viewRequest("chat", body), null), 1);
      holdPlain(stratumOf(viewRequest("chat", body), size), 0);
    },
  }),
  target({
    name: "clients: embeddings",
    runs: 200,
    inputs: jsonTexts(
      fc.record({
        model: shortText,
        input: fc.oneof(shortText, fc.array(shortText), fc.array(fc.nat())),
        user: shortText,
      }),
    ),
    check(text) {
      const raw = Buffer.from(text);
      const request = inTime(raw.byteLength, () => unless([ApiError], () => readClientRequest(APIS.embeddings, raw)));
      if (request === null) return;
      holdClean(request.body);
      for (const one of TARGETS.filter(({ ways }) => ways.embeddings !== undefined))
        buildRequest(APIS.embeddings, one, { body: frozen(request.body), requestedModel: request.model });
    },
  }),
  target({
    name: "clients: bytes",
    runs: 200,
    inputs: fc.uint8Array({ maxLength: 200 }),
    check(bytes) {
      for (const api of Object.values(APIS)) {
        unless([ApiError], () => readClientRequest(api, Buffer.from(bytes)));
      }
    },
  }),
  target({
    name: "clients: edits of the text",
    runs: 400,
    inputs: jsonTexts(chatBodies),
    check(text) {
      const raw = Buffer.from(text);
      const request = unless([ApiError], () => readClientRequest(APIS.chat, raw));
      if (request === null) return;
      const { body, model, written } = request;
      hold(said(JSON.parse(request.text)) === said(body), "the text that is kept says something else than the body");
      for (const one of TARGETS) {
        const edited = inTime(
          text.length,
          () => buildRequest(APIS.chat, one, { body, requestedModel: model, written }).body,
        );
        const anew = buildRequest(APIS.chat, one, { body, requestedModel: model }).body;
        const asking = inTime(text.length, () => askForUsage(one, body, written));
        const wanted = asking?.body ?? body;
        const asked = writeBody(asking?.written ?? written, wanted);
        hold(said(JSON.parse(asked)) === said(wanted), "what asks for usage says something else");
        const same = said(JSON.parse(String(edited))) === said(JSON.parse(String(anew)));
        hold(same, "the edited text says something else than the edited body");
      }
    },
  }),
  target({
    name: "clients: what stands in the text twice",
    runs: 300,
    inputs: fc.tuple(chatBodies.map(written), fc.constantFrom(...HIDDEN), fc.boolean()),
    check([text, hidden, atEnd]) {
      const both = atEnd ? `${text.slice(0, -1)},${hidden}}` : `{${hidden},${text.slice(1)}`;
      const request = unless([ApiError], () => readClientRequest(APIS.chat, Buffer.from(both)));
      if (request === null) return;
      holdNoSecret(request.text, SECRETS);
      for (const one of TARGETS) {
        const { body, model: requestedModel, written } = request;
        const sent = buildRequest(APIS.chat, one, { body, requestedModel, written });
        holdNoSecret(String(sent.body), SECRETS);
      }
    },
  }),
  target({
    name: "clients: another model in the bytes",
    runs: 300,
    inputs: fc.tuple(jsonTexts(chatBodies), shortText),
    check([text, model]) {
      const body: unknown = unless([SyntaxError], () => JSON.parse(text));
      if (typeof body !== "object" || body === null || Array.isArray(body)) return;
      const from = (body as { model?: unknown }).model;
      const edited = inTime(text.length, () => withModel(Buffer.from(text), from, model));
      if (edited === null) return;
      const after = JSON.parse(edited.toString()) as Record<string, unknown>;
      hold(after["model"] === model.toWellFormed() || after["model"] === model, "another model than was asked for");
      hold(edited.byteLength - text.length < 4 * (model.length + text.length) + 64, "the edit has no bound");
    },
  }),
  target({
    name: "clients: depth of bodies",
    runs: 100,
    inputs: fc.tuple(mutated(chatBodies), fc.nat({ max: 100_000 })),
    check([, levels]) {
      const text = `{"model":"gpt-main","messages":[{"role":"user","content":${"[".repeat(levels)}${"]".repeat(levels)}}]}`;
      const raw = Buffer.from(text);
      const request = inTime(raw.byteLength, () => unless([ApiError], () => readClientRequest(APIS.chat, raw)));
      if (request !== null) holdPlain(request.body, 512);
    },
  }),
];
