import type { LabelChoice } from "@understudy/store";

const KEYS: Readonly<Record<string, LabelChoice>> = { "1": "a", "2": "b", "3": "same", s: "skip" };

export const ASKED = "1, 2: the better one  3: the same  s: cannot tell  q: quit; a note may follow";

export type Said =
  | { readonly kind: "label"; readonly choice: LabelChoice; readonly note: string | null }
  | { readonly kind: "quit" }
  | { readonly kind: "unread" };

/** A line of a person's: a key, and what it notes after it. */
export function readChoice(line: string): Said {
  const [, key = "", note = ""] = /^\s*(\S)(?:\s+(.*))?\s*$/.exec(line) ?? [];
  if (key === "q") return { kind: "quit" };
  const choice = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  return choice === undefined ? { kind: "unread" } : { kind: "label", choice, note: note.trim() || null };
}
