/** What a judge said of one order. */
export const CHOICES = ["A", "B", "tie"] as const;
export type Choice = (typeof CHOICES)[number];

/** How an answer may be called before its letter. */
export const NOUN = "(?:answer|response|assistant|option|candidate|model|reply)";

const LONGEST_CHOICE = 60;
const LETTER = new RegExp(`^(?:the )?(?:${NOUN})? ?[:#-]? ?([ab])(?: (?:is (?:the )?better|wins))?$`);
const COMPARED = /^(?:answer )?([ab]) ?(>{1,2}|<{1,2}|={1,2}) ?(?:answer )?([ab])$/;
const TIE =
  /^(?:it'?s |it is )?(?:an? )?(?:tie|tied|draw|drawn|equal|equals|even|same|the same|neither|no preference|(?:both )?(?:are )?equally (?:good|bad)|both (?:are )?equal)$/;

/** The choice that a few words are, such as `Answer B`, `[[A]]`, `**TIE**`; null for words that are none. */
export function choiceOf(words: string): Choice | null {
  if (words.length > LONGEST_CHOICE) return null;
  const plain = words
    .toLowerCase()
    .replace(/[*_`"'“”‘’()[\]{}]/g, " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s.#-]+|[\s.,;:!]+$/g, "");
  if (TIE.test(plain)) return "tie";
  const letter = LETTER.exec(plain)?.[1];
  if (letter !== undefined) return letter === "a" ? "A" : "B";
  const [, left, sign = "", right] = COMPARED.exec(plain) ?? [];
  if (left === undefined || left === right) return null;
  if (sign.startsWith("=")) return "tie";
  return (left === "a") === sign.startsWith(">") ? "A" : "B";
}
