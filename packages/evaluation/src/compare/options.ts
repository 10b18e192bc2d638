import { formOf } from "./texts/closed-form.ts";
import { plainText } from "./texts/plain-text.ts";

/** One of the options that a question gives: its letter, and what the answer says beside it. */
export interface Option {
  readonly letter: string;
  readonly text: string | null;
}

const LETTER = /^(?:option|choice|answer|antwort|opción)? ?[([]?([a-h])(?:[)\].:]+(?: (.*))?)?$/s;
const IN_QUESTION = /(?:^|[\s(])([A-Ha-h])[).:]\s*([^\n]{1,200}?)(?=\s+\(?[A-Ha-h][).:]\s|\s*\n|\s*$)/g;

/** Letter by text of a question's options: `A) 1967 B) 1969`. */
export function optionsOf(question: string): ReadonlyMap<string, string> {
  // Runs of spaces would be tried at every length.
  const lines = question
    .slice(-4_000)
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/\n\s*/g, "\n");
  const found = [...lines.matchAll(IN_QUESTION)].map(
    ([, letter = "", text = ""]) => [formOf(plainText(text).toLowerCase()), letter.toLowerCase()] as const,
  );
  return found.length >= 2 ? new Map(found) : new Map();
}

/** The option that one of the readings names, by letter, or by its text where the question has it. */
export function readOption(readings: readonly string[], options: ReadonlyMap<string, string>): Option | null {
  for (const reading of readings) {
    const [, letter, text] = LETTER.exec(reading) ?? [];
    if (letter !== undefined) return { letter, text: text === undefined ? null : formOf(text) };
    const byText = options.get(reading);
    if (byText !== undefined) return { letter: byText, text: null };
  }
  return null;
}
