import { readJsonIn, type SseEvent, sseEvents } from "../sse-events.ts";
import { isObject, parseJson, type WireObject } from "../wire.ts";

/** What one event of a chat stream says. */
export type StreamEvent =
  | { readonly kind: "chunk"; readonly chunk: WireObject }
  /** `body`: what the provider said of it, JSON or not. */
  | { readonly kind: "error"; readonly body: string }
  | { readonly kind: "end" }
  /** Nothing of the answer: a keep-alive in a data line, a fragment of HTML. `lost`: it was a piece of the answer, and is broken. */
  | { readonly kind: "odd"; readonly lost: boolean };

const END_MARK = /^"?\[DONE\]"?$/;
const PIECE_OF_ANSWER = /^\{.*"(?:choices|delta|content)"/s;

const USUALLY = 'data: {"';
const CHUNK = /"object": ?"chat\.completion\.chunk"/;
const LONGEST_USUAL = 2_048;

/** Whether a stream begins as nearly all do: a chunk by name, whole, with no word of an error in it. It is not parsed for that. */
export function opensUsually(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1", 0, LONGEST_USUAL);
  const end = head.startsWith(USUALLY) ? head.indexOf("\n\n") : -1;
  if (end === -1) return false;
  const first = head.slice(0, end);
  return CHUNK.test(first) && !first.includes("error");
}

/** What a stream says first, comments left out; null while its first event has not come. */
export function openingEvent(bytes: Uint8Array): StreamEvent | null {
  for (const event of sseEvents(bytes)) {
    const [first] = readEvents(event);
    return first ?? null;
  }
  return null;
}

/** Whether bytes that begin with an object are a line of JSON for each chunk of a stream. */
export function opensLines(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = parseJson(text.toString("utf8", 0, Math.max(0, text.indexOf("\n"))));
  if (!isObject(first) || !Array.isArray(first["choices"])) return false;
  return first["choices"].some((choice) => isObject(choice) && isObject(choice["delta"]));
}

/** Most often one, as `readJsonIn` has it. */
export function readEvents({ name, data, closed }: SseEvent): readonly StreamEvent[] {
  const text = data.trim();
  const said = readJsonIn(text, (json) => readData(name, json));
  if (said !== null) return said;
  if (name === "error") return [{ kind: "error", body: text }];
  return closed ? [{ kind: "odd", lost: PIECE_OF_ANSWER.test(text) }] : [];
}

/** Null for what is no JSON. */
function readData(name: string, text: string): StreamEvent | null {
  if (END_MARK.test(text)) return { kind: "end" };
  const parsed = parseJson(text);
  if (parsed === undefined) return null;
  // Google's errors come in a list of one.
  const chunk: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  if (!isObject(chunk)) return name === "error" ? { kind: "error", body: text } : { kind: "odd", lost: false };
  const error = errorIn(chunk) ?? (name === "error" ? JSON.stringify(chunk) : null);
  if (error !== null) return { kind: "error", body: error };
  return Array.isArray(chunk["choices"]) || isObject(chunk["usage"])
    ? { kind: "chunk", chunk }
    : { kind: "odd", lost: false };
}

/**
 * What a JSON object that came with a status of success says of an error, as JSON; null when it is none. The known shapes:
 * OpenAI's, Anthropic's, vLLM's, FastAPI's, and OpenRouter's, which puts it into a choice.
 */
export function errorIn(body: WireObject): string | null {
  const { error, type, object, choices, detail } = body;
  const isNamed = isObject(error) || error === true || (typeof error === "string" && error !== "");
  if (isNamed || type === "error" || object === "error") return JSON.stringify(body);
  if (Array.isArray(choices)) return errorInChoice(choices.filter(isObject));
  const hasDetail = (typeof detail === "string" && detail !== "") || (Array.isArray(detail) && detail.length > 0);
  return hasDetail ? JSON.stringify(body) : null;
}

function errorInChoice(choices: readonly WireObject[]): string | null {
  const failed = choices.find((choice) => isObject(choice["error"]) || choice["finish_reason"] === "error");
  if (failed === undefined) return null;
  return JSON.stringify({ error: failed["error"] ?? { message: "the model stopped with an error" } });
}
