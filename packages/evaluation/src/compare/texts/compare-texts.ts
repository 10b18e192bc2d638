import type { Answer } from "@understudy/contracts";
import { normalise } from "./normalise.ts";
import { visibleText } from "./visible-text.ts";

/** Two answers' texts as a reader sees them. */
export interface Texts {
  readonly primary: string;
  readonly silent: string;
}

export function textsOf(primary: Answer, silent: Answer): Texts {
  return { primary: visibleText(primary), silent: visibleText(silent) };
}

/** Null where neither says anything. */
export function exactMatch(texts: Texts): boolean | null {
  return saysNothing(texts) ? null : texts.primary === texts.silent;
}

/** UTF-16 code units; null when the primary's text is empty. */
export function lengthRatio({ primary, silent }: Texts): number | null {
  return primary === "" ? null : silent.length / primary.length;
}

/** Both texts in their normal form; null where neither says anything. */
export function normalised(texts: Texts): Texts | null {
  if (saysNothing(texts)) return null;
  const primary = normalise(texts.primary);
  return { primary, silent: texts.silent === texts.primary ? primary : normalise(texts.silent) };
}

function saysNothing({ primary, silent }: Texts): boolean {
  return primary === "" && silent === "";
}
