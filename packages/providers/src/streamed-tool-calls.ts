import type { ToolCall } from "./answer.ts";
import { toolCall } from "./read-parts.ts";
import { isObject, textOrNull } from "./wire.ts";

interface Draft {
  readonly index: number;
  readonly id: string | null;
  name: string;
  readonly pieces: string[];
}

/** Tool calls put together from deltas, by index, and by when they began where the index is the same. */
export interface StreamedToolCalls {
  add(delta: unknown): void;
  finished(): readonly ToolCall[];
}

export function collectToolCalls(): StreamedToolCalls {
  const drafts: Draft[] = [];
  const byIndex = new Map<number, Draft>();

  const draftFor = (index: number | null, id: string | null): Draft => {
    const known = index === null ? drafts.at(-1) : byIndex.get(index);
    // Google sends whole calls that all bear index 0: another id is another call.
    if (known !== undefined && (id === null || known.id === null || known.id === id)) return known;
    const draft: Draft = { index: index ?? 0, id, name: "", pieces: [] };
    drafts.push(draft);
    if (index !== null) byIndex.set(index, draft);
    return draft;
  };

  return {
    add(delta) {
      if (!isObject(delta)) return;
      const index = Number.isSafeInteger(delta["index"]) ? Number(delta["index"]) : null;
      const draft = draftFor(index, textOrNull(delta["id"]));
      const piece = toolCall(delta);
      if (draft.name === "") draft.name = piece.name;
      draft.pieces.push(piece.arguments);
    },
    finished: () => inOrder(drafts).map(({ name, pieces }) => ({ name, arguments: pieces.join("") })),
  };
}

function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.toSorted((a, b) => a.index - b.index);
}
