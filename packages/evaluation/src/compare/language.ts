import { eld } from "eld/extrasmall";

/** The beginning tells the language as well as the whole. */
const LOOKED_AT = 500;
const FEWEST_LETTERS = 25;

/** Whether both texts are in one language; null where one of them is too short to tell. */
export function languageMatch(primary: string, silent: string): boolean | null {
  const one = languageOf(primary);
  const other = silent === primary ? one : languageOf(silent);
  return one === null || other === null ? null : one === other;
}

function languageOf(text: string): string | null {
  const start = text.slice(0, LOOKED_AT);
  if ((start.match(/\p{L}/gu) ?? []).length < FEWEST_LETTERS) return null;
  const { language } = eld.detect(start);
  return language === "" ? null : language;
}
