export interface ShownPart {
  readonly text: string;
  /** A character that turns or hides text, written out. */
  readonly control: boolean;
}

/** Marks, embeddings, overrides and isolates of direction; what has no width; and controls that are no white space. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /([\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF])/;

/** `‮` is `U+202E`. A zero width joiner stays: scripts and signs are made with it. */
export function shownParts(text: string): readonly ShownPart[] {
  return text
    .split(HIDDEN)
    .map((part, index) => ({ text: index % 2 === 1 ? named(part) : part, control: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}

function named(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
