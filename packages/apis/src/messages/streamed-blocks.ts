import type { HeardBlock } from "./answer-of-blocks.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

/** The content blocks of a streamed message, put together from their deltas. */
export interface StreamedBlocks {
  /** Each is true when it brings a token; hidden thinking and tools at the provider are the model at work too. */
  start(index: unknown, block: WireObject): boolean;
  add(index: unknown, delta: WireObject): boolean;
  heard(): readonly HeardBlock[];
}

interface Draft extends Omit<HeardBlock, "text"> {
  readonly pieces: string[];
}

export function collectBlocks(): StreamedBlocks {
  const drafts: Draft[] = [];
  /** The last one to begin of each. */
  const byIndex = new Map<unknown, Draft>();

  const begin = (index: unknown, block: WireObject): Draft => {
    const draft: Draft = {
      type: textOrNull(block["type"]) ?? "",
      name: textOrNull(block["name"]) ?? "",
      input: block["input"],
      pieces: [],
    };
    drafts.push(draft);
    byIndex.set(index, draft);
    return draft;
  };

  return {
    start(index, block) {
      const draft = begin(index, block);
      if (draft.type === "text") addTo(draft, block["text"]);
      return EMPTY_AT_FIRST.has(draft.type) ? brings(block) : true;
    },
    add(index, delta) {
      const known = byIndex.get(index) ?? drafts.at(-1);
      if (delta["type"] === "text_delta") {
        // Some servers leave out where a text begins.
        addTo(known?.type === "text" ? known : begin(index, { type: "text" }), delta["text"]);
      } else if (known !== undefined) addTo(known, delta["partial_json"]);
      return brings(delta);
    },
    heard: () => drafts.map(({ pieces, ...draft }) => ({ ...draft, text: pieces.join("") })),
  };
}

const EMPTY_AT_FIRST: ReadonlySet<string> = new Set(["text", "thinking"]);

function addTo({ pieces }: Draft, text: unknown): void {
  if (typeof text === "string" && text !== "") pieces.push(text);
}

/** Whether there is anything in it beside its type. */
function brings(piece: WireObject): boolean {
  return Object.entries(piece).some(
    ([key, value]) => key !== "type" && (isObject(value) || textOrNull(value) !== null),
  );
}
