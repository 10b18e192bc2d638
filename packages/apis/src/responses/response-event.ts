import type { Opening } from "../api.ts";
import { errorIn } from "../chat/stream-event.ts";
import { readJsonIn, type SseEvent, sseEvents } from "../sse-events.ts";
import { isObject, parseJson, textOrNull, type WireObject } from "../wire.ts";
import { FAILED, failureOf } from "./read-response.ts";

/** What one event of a stream says. */
export type ResponseEvent =
  /** Known or not, it is an event of a response. */
  | { readonly kind: "piece"; readonly type: string; readonly said: WireObject }
  /** `body`: what the provider said of it, JSON or not. */
  | { readonly kind: "error"; readonly body: string }
  /** `[DONE]`, from servers that end every stream so. It says nothing of how the response ended. */
  | { readonly kind: "end" }
  /** Nothing of the answer. `lost`: it was a piece of it, and is broken. */
  | { readonly kind: "odd"; readonly lost: boolean };

const END_MARK = /^"?\[DONE\]"?$/;
const OF_RESPONSE = "response.";
const PIECE_OF_ANSWER = /^\{.*"(?:response\.|delta")/s;

/** Most often one, as `readJsonIn` has it. */
export function readEvents({ name, data, closed }: SseEvent): readonly ResponseEvent[] {
  const text = data.trim();
  const said = readJsonIn(text, (json) => readData(name, json));
  if (said !== null) return said;
  if (name === "error") return [{ kind: "error", body: text }];
  // It repeats the whole request, and may be too long to have come whole.
  if (name === "response.failed") return [{ kind: "error", body: FAILED }];
  return closed ? [{ kind: "odd", lost: name.startsWith(OF_RESPONSE) || PIECE_OF_ANSWER.test(text) }] : [];
}

/** Null for what is no JSON. */
function readData(name: string, text: string): ResponseEvent | null {
  if (END_MARK.test(text)) return { kind: "end" };
  const said = parseJson(text);
  if (said === undefined) return null;
  if (!isObject(said)) return name === "error" ? { kind: "error", body: text } : { kind: "odd", lost: false };
  const type = textOrNull(said["type"]) ?? name;
  if (type.startsWith(OF_RESPONSE)) return { kind: "piece", type, said };
  const error = errorIn(said) ?? (name === "error" ? JSON.stringify(said) : null);
  return error === null ? { kind: "odd", lost: false } : { kind: "error", body: error };
}

/** The response that the event brings, with the status that its type gives it; null for events that bring none. */
export function responseIn(type: string, { response }: WireObject): WireObject | null {
  if (!isObject(response)) return TERMINAL.has(type) ? { status: type.slice(OF_RESPONSE.length) } : null;
  return TERMINAL.has(type) ? { ...response, status: type.slice(OF_RESPONSE.length) } : response;
}

/** Events after which nothing comes. */
export const TERMINAL: ReadonlySet<string> = new Set(["response.completed", "response.incomplete", "response.failed"]);
/** Events that say that the request was taken, and nothing of the answer. */
const BEGINNINGS: ReadonlySet<string> = new Set(["response.created", "response.queued", "response.in_progress"]);

/** A failure that comes at once stands behind the events that the request was taken. */
export function openingOf(bytes: Uint8Array): Opening | null {
  let begun = false;
  for (const event of sseEvents(bytes)) {
    for (const said of readEvents(event)) {
      if (said.kind === "error") return { error: said.body };
      if (said.kind === "end" && !begun) return { nothing: "a stream that ends before it says anything" };
      if (said.kind !== "piece") return "answer";
      if (said.type === "response.failed")
        return { error: failureOf(responseIn(said.type, said.said) ?? {}) ?? FAILED };
      if (!BEGINNINGS.has(said.type)) return "answer";
      begun = true;
    }
  }
  return begun ? "answer" : null;
}
