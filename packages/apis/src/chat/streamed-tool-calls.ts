import type { ToolCall } from "@understudy/contracts";
import { toolCall } from "./read-parts.ts";
import { isObject, textOrNull } from "../wire.ts";
import { watchJson, type JsonWatch } from "../watch-json.ts";

interface Draft {
  readonly index: number;
  readonly id: string | null;
  name: string;
  readonly pieces: string[];
  /** Characters in them. */
  size: number;
  /** Follows the arguments, so that none of them is looked at twice. */
  readonly json: JsonWatch;
}

interface Piece extends ToolCall {
  readonly index: number | null;
  readonly id: string | null;
}

/**
 * Tool calls put together from deltas. Servers leave out indexes and ids, give every call the same or every delta
 * another: what tells two calls apart then is that a named piece comes when the arguments so far are whole.
 */
export interface StreamedToolCalls {
  add(delta: unknown): void;
  finished(): readonly ToolCall[];
}

export function collectToolCalls(): StreamedToolCalls {
  const drafts: Draft[] = [];
  /** The last one to begin of each. */
  const byIndex = new Map<number, Draft>();
  const byId = new Map<string, Draft>();

  const knownDraft = ({ index, id, name }: Piece): Draft | undefined => {
    const inPlace = index === null ? undefined : byIndex.get(index);
    if (inPlace !== undefined) return inPlace;
    const same = id === null ? undefined : byId.get(id);
    const last = drafts.at(-1);
    if (index === null) return same ?? last;
    // Some servers count deltas instead of calls.
    const goesOn = (draft: Draft | undefined): boolean => draft?.json.isOpen() === true && name === "";
    if (same !== undefined && (name === "" || name === same.name)) return same;
    return goesOn(last) ? last : undefined;
  };
  const begin = ({ index, id }: Piece): Draft => {
    const draft = { index: index ?? drafts.at(-1)?.index ?? 0, id, name: "", pieces: [], size: 0, json: watchJson() };
    drafts.push(draft);
    if (index !== null) byIndex.set(index, draft);
    if (id !== null) byId.set(id, draft);
    return draft;
  };

  return {
    add(delta) {
      if (!isObject(delta)) return;
      const piece = { ...toolCall(delta), index: indexOf(delta["index"]), id: textOrNull(delta["id"]) };
      const known = knownDraft(piece);
      if (known !== undefined && isRepeat(known, piece)) return;
      extend(known === undefined || isAnother(known, piece) ? begin(piece) : known, piece);
    },
    finished: () => inOrder(drafts).map(({ name, pieces }) => ({ name, arguments: pieces.join("") })),
  };
}

/** By index, unless indexes say nothing of the order. */
function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  const areDistinct = new Set(drafts.map(({ index }) => index)).size === drafts.length;
  return areDistinct ? drafts.toSorted((a, b) => a.index - b.index) : drafts;
}

/** Whether the piece begins another call than the one that its index or id, or its place, would have it belong to. */
function isAnother(draft: Draft, { index, id, name, arguments: text }: Piece): boolean {
  // Some servers make a new id for every delta, but no call begins without a name.
  if (name === "") return false;
  const otherId = id !== null && draft.id !== null && id !== draft.id;
  if (draft.json.isWhole()) return otherId || name !== draft.name || text.trimStart().startsWith("{");
  if (name === draft.name || draft.name === "") return false;
  // A name that comes in pieces does so before the first of the arguments, and in one place.
  return otherId || draft.pieces.length > 0 || index === null;
}

/** A whole call that is sent again in the same place, as some servers do in their last chunk. */
function isRepeat(draft: Draft, { id, name, arguments: text }: Piece): boolean {
  const isSame = name === draft.name && (id === draft.id || id === null);
  return (
    isSame &&
    draft.id !== null &&
    draft.json.isWhole() &&
    text.length > 0 &&
    draft.size === text.length &&
    draft.pieces.join("") === text
  );
}

function extend(draft: Draft, { name, arguments: text }: Piece): void {
  if (name !== draft.name) draft.name = name.startsWith(draft.name) ? name : draft.name + name;
  if (text === "") return;
  // An empty object that stands for what is to come.
  if (draft.pieces.length === 1 && draft.pieces[0] === "{}" && text.startsWith("{")) {
    draft.pieces.length = 0;
    draft.size = 0;
    draft.json.restart();
  }
  draft.pieces.push(text);
  draft.size += text.length;
  draft.json.push(text);
}

function indexOf(value: unknown): number | null {
  const index = typeof value === "string" && value !== "" ? Number(value) : value;
  return Number.isSafeInteger(index) ? Number(index) : null;
}
