import type { ApiName, OwnWire, SpokenApi, Via } from "@understudy/contracts";
import { type BridgeCall, bridgedAnswer } from "./bridge.ts";
import { WIRES } from "./wires.fixture.ts";

/** For tests: what was sent to a deployment. */
export interface Sent {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** For tests: what a deployment answers, in the bytes of its API. */
export interface Said {
  readonly status?: number;
  readonly text: string;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const USAGE: Readonly<Record<SpokenApi, object>> = {
  chat: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  responses: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
  messages: { input_tokens: 10, output_tokens: 5 },
};

/** For tests: a whole answer that says "Hi." in an API. */
export function greeting(via: Via): Said {
  if (!(via in USAGE)) return { text: JSON.stringify(WIRES[via as OwnWire].whole("Hi.", [])) };
  const api = via as SpokenApi;
  const content = [{ type: "output_text", text: "Hi.", annotations: [] }];
  const whole = {
    chat: {
      id: "chatcmpl-1",
      choices: [{ index: 0, message: { role: "assistant", content: "Hi." }, finish_reason: "stop" }],
    },
    responses: {
      id: "resp_1",
      created_at: 1,
      status: "completed",
      output: [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content }],
    },
    messages: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "Hi." }],
      stop_reason: "end_turn",
    },
  }[api];
  return { text: JSON.stringify({ model: "m-1", ...whole, usage: USAGE[api] }) };
}

/** For tests: a stream of events, named by their `type` where they have one. */
export function events(...list: readonly object[]): Said {
  const texts = list.map((event) => {
    const name = "type" in event ? `event: ${String(event.type)}\n` : "";
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return { text: texts.join(""), stream: true };
}

export interface Crossed {
  readonly sent: Sent | null;
  readonly status: number;
  readonly text: string;
  readonly changes: readonly { readonly param: string; readonly action: string; readonly reason: string }[];
}

interface Across {
  readonly api: ApiName;
  readonly via: Via;
  readonly body: BridgeCall["body"];
  readonly said?: Said;
  readonly model?: string;
  readonly extraBody?: BridgeCall["extraBody"];
  readonly settings?: BridgeCall["settings"];
}

/** For tests: carries one request to a deployment that answers `said`, and its answer back. */
export async function across({
  api,
  via,
  body,
  said = greeting(via),
  model = "m",
  extraBody = {},
  settings = {},
}: Across): Promise<Crossed> {
  let sent: Sent | null = null;
  let ids = 0;
  const { answer, changes } = await bridgedAnswer({
    api,
    body,
    via,
    model,
    extraBody,
    settings,
    abilities: { takesSchemas: true, isVertex: false, streamsUsage: true, cap: "max_tokens" },
    send: async (text, headers) => {
      sent = { body: JSON.parse(text) as Sent["body"], headers };
      const framing = said.stream === true ? (WIRES[via as OwnWire]?.framing ?? EVENTS) : WHOLE;
      const body = pieces(Buffer.from(said.text, framing.encoding));
      return { status: said.status ?? 200, headers: { "content-type": framing.type, ...said.headers }, body };
    },
    signal: new AbortController().signal,
    now: 1_700_000_000_000,
    newId: (prefix) => `${prefix}_${(ids += 1)}`,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return { sent, status: answer.status, text: Buffer.concat(chunks).toString("utf8"), changes };
}

const EVENTS = { type: "text/event-stream", encoding: "utf8" } as const;
const WHOLE = { type: "application/json", encoding: "utf8" } as const;

/** In pieces that end anywhere, as a network has them. */
async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
}
