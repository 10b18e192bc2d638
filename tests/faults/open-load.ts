import { systemClock as clock } from "@understudy/runtime";
import { Agent } from "undici";
import type { SeenByClient } from "./check-account.ts";
import { exponential, seededRandom } from "./seeded.ts";

/** A client's request: its body, and a number by which its answer can be compared with another's. */
export interface Ask {
  readonly kind: number;
  readonly body: string;
}

export interface Seen extends SeenByClient {
  readonly kind: number;
  /** The answer's body; empty where none came. */
  readonly text: string;
  /** From the moment at which it was due to be sent, milliseconds: a client that had to wait is not spared. */
  readonly latencyMs: number;
}

export interface LoadSpec {
  readonly url: string;
  /** Requests a second, as a Poisson process: nobody waits for anybody's answer. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  /** Begins every request's id. */
  readonly name: string;
  readonly asks?: readonly Ask[];
}

/** Clients are patient: what does not come for so long counts as no answer. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Sends for so long, and resolves when the last answer has come or failed to. */
export async function runOpenLoad(spec: LoadSpec): Promise<readonly Seen[]> {
  const { rate, seconds, seed, name, asks = ASKS } = spec;
  const agent = new Agent({ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS, pipelining: 1 });
  const random = seededRandom(seed, `load ${name}`);
  const begun = clock.monotonic();
  const answers: Promise<Seen>[] = [];
  let dueMs = exponential(random, 1_000 / rate);
  while (dueMs < seconds * 1_000) {
    const waitMs = begun + dueMs - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs);
    const id = `${name}-${answers.length}`;
    const ask = asks[answers.length % asks.length];
    if (ask !== undefined) answers.push(send({ agent, url: spec.url, id, ask, dueAt: begun + dueMs }));
    dueMs += exponential(random, 1_000 / rate);
  }
  const seen = await Promise.all(answers);
  await agent.close();
  return seen;
}

interface Sending {
  readonly agent: Agent;
  readonly url: string;
  readonly id: string;
  readonly ask: Ask;
  readonly dueAt: number;
}

async function send({ agent, url, id, ask, dueAt }: Sending): Promise<Seen> {
  const headers = { "content-type": "application/json", "x-request-id": id };
  const path = "/v1/chat/completions";
  let [status, text]: [number | null, string] = [null, ""];
  try {
    const answer = await agent.request({ origin: url, path, method: "POST", headers, body: ask.body });
    text = await answer.body.text();
    status = answer.statusCode;
  } catch {
    // No answer is an answer, too: a gateway was killed, or is not there yet.
  }
  return { id, kind: ask.kind, status, text, answeredAt: clock.now(), latencyMs: clock.monotonic() - dueAt };
}

const PROMPTS = [
  "What is the capital of France?",
  "What is 12 times 12?",
  "Translate 'good morning' into German.",
  "Is 'I loved every minute of it' positive or negative?",
];

/** Every prompt, plain and streamed. */
export const ASKS: readonly Ask[] = PROMPTS.flatMap((content) =>
  [false, true].map((stream) => ({ model: "primary-model", stream, messages: [{ role: "user", content }] })),
).map((request, kind) => ({ kind, body: JSON.stringify(request) }));

/** What a client can tell of an answer, without what differs by nature: ids and times. */
export function contentOf({ text }: Seen): string {
  if (text.startsWith("{")) return choicesOf(text);
  const events = text.split("\n\n").filter((event) => event !== "");
  return events
    .map((event) => (event.startsWith("data: {") ? choicesOf(event.slice("data: ".length)) : event))
    .join("\n");
}

function choicesOf(json: string): string {
  return JSON.stringify((JSON.parse(json) as { choices?: unknown }).choices ?? json);
}
