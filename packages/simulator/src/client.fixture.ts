import { type JsonObject, objectOf } from "./json.ts";

/** What a test sends beside the body. */
export interface Sending {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export const TEST_KEY = { authorization: "Bearer sk-test-1" };

/** Posts a chat request with a good key, by plain fetch. */
export function post(url: string, body: object | string, sending: Sending = {}): Promise<Response> {
  const { path = "/v1/chat/completions", headers = {}, signal } = sending;
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...TEST_KEY, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** A request body with one user message. */
export function question(model: string, content: string, extra: object = {}): object {
  return { model, messages: [{ role: "user", content }], ...extra };
}

export interface WireChoice {
  readonly index: number;
  readonly finish_reason: string | null;
  readonly message: {
    readonly role: string;
    readonly content: string | null;
    readonly tool_calls?: readonly WireToolCall[];
  };
}

export interface WireToolCall {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface WireCompletion extends JsonObject {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly WireChoice[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly completion_tokens_details: { readonly reasoning_tokens: number };
  };
}

export async function completionOf(response: Promise<Response>): Promise<WireCompletion> {
  return (await (await response).json()) as WireCompletion;
}

/** The text of the first choice. */
export async function textOf(url: string, body: object): Promise<string> {
  const completion = await completionOf(post(url, body));
  return completion.choices[0]?.message.content ?? "";
}

export interface WireError {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

export async function errorOf(response: Response): Promise<WireError> {
  return objectOf(await response.json())["error"] as WireError;
}

export interface WireChunk {
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly finish_reason: string | null;
    readonly delta: {
      readonly role?: string;
      readonly content?: string | null;
      readonly tool_calls?: readonly {
        readonly id?: string;
        readonly function: { readonly name?: string; readonly arguments: string };
      }[];
    };
  }[];
  readonly usage?: WireCompletion["usage"] | null;
}

/** The payloads of a stream's events, as text. */
export async function eventsOf(response: Response): Promise<readonly string[]> {
  const text = await response.text();
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""));
}

export async function chunksOf(response: Promise<Response>): Promise<readonly WireChunk[]> {
  const events = await eventsOf(await response);
  return events.filter((event) => event !== "[DONE]").map((event) => JSON.parse(event) as WireChunk);
}

/** The text that the chunks of one choice add up to. */
export function joined(chunks: readonly WireChunk[], index = 0): string {
  return chunks
    .flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index))
    .map(({ delta }) => delta.content ?? "")
    .join("");
}
