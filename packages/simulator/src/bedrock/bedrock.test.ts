import { Sha256 } from "@smithy/core/checksum";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSimulator, type Simulator } from "../simulator.ts";
import { awsSecretOf, awsTokenOf } from "./refuse-signature.ts";

const NOVA = "us.amazon.nova-pro-v1:0";
const QUESTION = { messages: [{ role: "user", content: [{ text: "What is 2 + 3?" }] }] };

let simulator: Simulator;
let url: string;
beforeAll(async () => {
  simulator = createSimulator();
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

interface Asking {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly region?: string;
  readonly sent?: string;
}

/** Signed by AWS's own implementation; `sent` is what goes out in place of what was signed. */
async function ask(path: string, body: object, asking: Asking = {}): Promise<Response> {
  const { accessKeyId = "AKIATEST", secretAccessKey = awsSecretOf(accessKeyId), region = "us-east-1", sent } = asking;
  const session = accessKeyId.startsWith("ASIA") ? { sessionToken: awsTokenOf(accessKeyId) } : {};
  const signer = new SignatureV4({
    service: "bedrock",
    region,
    credentials: { accessKeyId, secretAccessKey, ...session },
    sha256: Sha256,
  });
  const address = new URL(path, url);
  const text = JSON.stringify(body);
  const { headers } = await signer.sign({
    method: "POST",
    protocol: address.protocol,
    hostname: address.hostname,
    path: address.pathname,
    headers: { host: address.host, "content-type": "application/json" },
    body: text,
  });
  return fetch(address, { method: "POST", headers, body: sent ?? text });
}

const converse = (model: string, stream = false): string =>
  `/model/${encodeURIComponent(model)}/converse${stream ? "-stream" : ""}`;

/** As AWS's own codec reads the frames. */
async function messagesOf(response: Response): Promise<readonly (readonly [kind: string, payload: object])[]> {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  let rest = new Uint8Array(await response.arrayBuffer());
  const messages: [string, object][] = [];
  while (rest.length > 0) {
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
    const { headers, body } = codec.decode(rest.subarray(0, length));
    rest = rest.subarray(length);
    const name = headers[":event-type"] ?? headers[":exception-type"];
    messages.push([String(name?.value), JSON.parse(toUtf8(body)) as object]);
  }
  return messages;
}

test("a whole answer, with usage", async () => {
  const response = await ask(converse(NOVA), QUESTION);
  expect(response.status).toBe(200);
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^req_/);
  expect(await response.json()).toMatchObject({
    output: { message: { role: "assistant", content: [{ text: expect.stringContaining("5") as string }] } },
    stopReason: "end_turn",
    usage: { inputTokens: expect.any(Number) as number, outputTokens: expect.any(Number) as number },
  });
  expect(simulator.requests().at(-1)).toMatchObject({ model: NOVA });
});

test("a stream is made of frames, and is over with its usage", async () => {
  const response = await ask(converse(NOVA, true), QUESTION);
  expect(response.headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
  const messages = await messagesOf(response);
  const names = messages.map(([name]) => name);
  expect([names[0], ...names.slice(-3)]).toEqual(["messageStart", "contentBlockStop", "messageStop", "metadata"]);
});

test("an error in a stream is an exception", async () => {
  const messages = await messagesOf(await ask(converse(`${NOVA}@stream-error`, true), QUESTION));
  expect(messages.at(-1)?.[0]).toBe("throttlingException");
});

test.each([
  [429, "ThrottlingException"],
  [400, "ValidationException"],
  [408, "ModelTimeoutException"],
  [500, "InternalServerException"],
])("%d is named %s in a header", async (status, name) => {
  const response = await ask(converse(`${NOVA}@fail-${status}`), QUESTION);
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, name]);
  expect(Object.keys((await response.json()) as object)).toEqual(["message"]);
});

test.each<[string, Asking, string]>([
  ["another secret", { secretAccessKey: "other" }, "InvalidSignatureException"],
  ["another body", { sent: "{}" }, "InvalidSignatureException"],
  ["no secret of it", { accessKeyId: "ASIATEST", secretAccessKey: "x" }, "InvalidSignatureException"],
])("a signature of %s is refused", async (_name, asking, type) => {
  const response = await ask(converse(NOVA), QUESTION, asking);
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([403, type]);
});

test("a key that does not last comes with its token, a bearer token needs no signature, and nothing is let in without", async () => {
  const temporary = await ask(converse(NOVA), QUESTION, { accessKeyId: "ASIATEST" });
  const bare = (headers: Record<string, string>) =>
    fetch(new URL(converse(NOVA), url), { method: "POST", headers, body: JSON.stringify(QUESTION) });
  const statuses = [temporary, await bare({ authorization: "Bearer key" }), await bare({})].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 403]);
});

test.each<[string, object]>([
  ["topK", { ...QUESTION, inferenceConfig: { topK: 4 } }],
  [
    "calls without tools",
    {
      messages: [
        ...QUESTION.messages,
        { role: "assistant", content: [{ toolUse: { toolUseId: "a", name: "f", input: {} } }] },
        { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ text: "5" }] } }] },
      ],
    },
  ],
  ["blank texts", { messages: [{ role: "user", content: [{ text: " " }] }] }],
])("%s are refused, as Bedrock refuses them", async (_name, body) => {
  expect((await ask(converse(NOVA), body)).status).toBe(400);
});

test("Claude by InvokeModel: a Message, and its events in frames", async () => {
  const path = `/model/${encodeURIComponent("anthropic.claude-sonnet-4-5-20250929-v1:0")}/invoke`;
  const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 50, messages: [{ role: "user", content: "Hi" }] };
  expect(await (await ask(path, body)).json()).toMatchObject({ type: "message", stop_reason: "end_turn" });
  expect((await ask(path, { ...body, model: "x" })).status).toBe(400);
  const messages = await messagesOf(await ask(`${path}-with-response-stream`, body));
  const events = messages.map(([, { bytes }]: readonly [string, { bytes?: string }]) => {
    return (JSON.parse(Buffer.from(bytes ?? "", "base64").toString()) as { type: string }).type;
  });
  expect([events[0], events.at(-1)]).toEqual(["message_start", "message_stop"]);
});
