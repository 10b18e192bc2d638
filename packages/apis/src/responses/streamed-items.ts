import { contentText } from "../chat/read-parts.ts";
import { isObject, textOrNull, type WireObject, numberOrNull } from "../wire.ts";
import { objectsOf } from "./items.ts";
import { callIn } from "./client-calls.ts";

/** Output items put together from the events of a stream. */
export interface StreamedItems {
  /** True when the event brings a token. */
  take(type: string, said: WireObject): boolean;
  /** In the order they began. */
  finished(): readonly WireObject[];
}

/** Kinds of text that come in pieces: the field that has the whole, and the item that it belongs to. */
const KINDS = {
  output_text: { field: "text", item: "message" },
  refusal: { field: "refusal", item: "message" },
  function_call_arguments: { field: "arguments", item: "function_call" },
  custom_tool_call_input: { field: "input", item: "custom_tool_call" },
} as const;
type Kind = keyof typeof KINDS;

interface Draft {
  item: WireObject;
  /** The provider has said that the item is whole. */
  isWhole: boolean;
  /** By kind and place within the item. */
  readonly texts: Map<string, { readonly kind: Kind; pieces: string[] }>;
}

export function collectItems(): StreamedItems {
  const drafts: Draft[] = [];
  /** The last one to begin in each place. */
  const byPlace = new Map<unknown, Draft>();

  const draftAt = (place: unknown): Draft => {
    const known = byPlace.get(place);
    if (known !== undefined) return known;
    return begin(place, {});
  };
  const begin = (place: unknown, item: WireObject): Draft => {
    const draft: Draft = { item, isWhole: false, texts: new Map() };
    drafts.push(draft);
    byPlace.set(place, draft);
    return draft;
  };
  const takeItem = (place: unknown, item: WireObject, isWhole: boolean): boolean => {
    const known = byPlace.get(place);
    // Some servers give every item the same place.
    const draft = known === undefined || known.isWhole ? begin(place, item) : known;
    draft.item = item;
    draft.isWhole = isWhole;
    return bringsToken(item);
  };
  const takeText = (place: unknown, kind: Kind, said: WireObject): boolean => {
    const { texts } = draftAt(place);
    const whole = said[KINDS[kind].field];
    const key = `${kind} ${numberOrNull(said["content_index"]) ?? 0}`;
    const text = texts.get(key) ?? { kind, pieces: [] };
    texts.set(key, text);
    const { delta } = said;
    if (typeof delta === "string") text.pieces.push(delta);
    else if (typeof whole === "string") text.pieces = [whole];
    return isFilled(delta) || isFilled(whole);
  };

  return {
    take(type, said) {
      const place = said["output_index"] ?? said["item_id"];
      const { item } = said;
      if (type.startsWith("response.output_item.") && isObject(item))
        return takeItem(place, item, type.endsWith(".done"));
      const [, kind = ""] = /^response\.(\w+)\.(?:delta|done)$/.exec(type) ?? [];
      if (isKind(kind)) return takeText(place, kind, said);
      // Reasoning, and whatever else a model says: it is at work.
      return type.endsWith(".delta") && isFilled(said["delta"]);
    },
    finished: () => drafts.map(finished),
  };
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind);
}

/** The item as far as it came: what its pieces said in the fields where a whole one has it. */
function finished({ item, isWhole, texts }: Draft): WireObject {
  const said = [...texts.values()].map(({ kind, pieces }) => ({
    kind,
    written: { [KINDS[kind].field]: pieces.join("") },
  }));
  const [first] = said;
  if (isWhole || first === undefined) return item;
  const type = textOrNull(item["type"]) ?? KINDS[first.kind].item;
  if (type !== "message") return { ...item, type, ...first.written };
  return { ...item, type, content: said.map(({ kind, written }) => ({ type: kind, ...written })) };
}

/** Whether an item has anything that a model wrote: a call's name is enough. */
export function bringsToken(item: WireObject): boolean {
  if (callIn(item) !== null) return true;
  const parts = objectsOf(item["content"]);
  return (contentText(item["content"]) ?? "") !== "" || parts.some((part) => isFilled(part["refusal"]));
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : isObject(value);
}
