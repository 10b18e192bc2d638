import { errorIn } from "../chat/stream-event.ts";
import { readJsonIn, type SseEvent, sseEvents } from "../sse-events.ts";
import { isObject, parseJson, textOrNull, type WireObject } from "../wire.ts";

/** What one event of a Messages stream says. */
export type MessageEvent =
  | { readonly kind: "piece"; readonly type: string; readonly body: WireObject }
  | { readonly kind: "ping" }
  /** `body`: what the provider said of it, JSON or not. */
  | { readonly kind: "error"; readonly body: string }
  /** Nothing that the format knows. `lost`: it was a piece of the answer, and is broken. */
  | { readonly kind: "odd"; readonly lost: boolean };

const NAME_OF_PIECE = /^(?:message|content_block)_/;
const KEY_OF_PIECE = /"(?:delta|content_block|message)"|"(?:message|content_block)_/;

/** What a stream says first, pings and what is no event left out; null while nothing of it has come. */
export function openingEvent(bytes: Uint8Array): MessageEvent | null {
  for (const event of sseEvents(bytes)) {
    const first = readEvents(event).find(({ kind }) => kind === "piece" || kind === "error");
    if (first !== undefined) return first;
  }
  return null;
}

/** Most often one, as `readJsonIn` has it. */
export function readEvents({ name, data, closed }: SseEvent): readonly MessageEvent[] {
  const text = data.trim();
  const said = readJsonIn(text, (json) => readData(name, json));
  if (said !== null) return said;
  if (name === "error") return [{ kind: "error", body: text }];
  return closed
    ? [{ kind: "odd", lost: NAME_OF_PIECE.test(name) || (text.startsWith("{") && KEY_OF_PIECE.test(text)) }]
    : [];
}

/** Null for what is no JSON. The type in the data counts, the event's name where there is none. */
function readData(name: string, text: string): MessageEvent | null {
  const parsed = parseJson(text);
  if (parsed === undefined) return null;
  // Google's errors come in a list of one.
  const body: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  if (!isObject(body)) return name === "error" ? { kind: "error", body: text } : { kind: "odd", lost: false };
  const error = errorIn(body) ?? (name === "error" ? JSON.stringify(body) : null);
  if (error !== null) return { kind: "error", body: error };
  const type = textOrNull(body["type"]) ?? name;
  if (type === "ping") return { kind: "ping" };
  return type === "" ? { kind: "odd", lost: false } : { kind: "piece", type, body };
}
