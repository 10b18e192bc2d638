import { visibleText } from "../compare/texts/visible-text.ts";
import { type Choice, choiceOf } from "./choice.ts";
import { verdictInObjects, withoutObjects } from "./reply-objects.ts";
import { verdictInWords } from "./verdict-in-words.ts";

/** UTF-16 code units, of the whole reply and of what is left without the thoughts before it. Longer ones are not read. */
const LONGEST_REPLY = 200_000;
const LONGEST_VERDICT = 16_000;

/**
 * The judge's choice, in whatever usual form it is said: the object that was asked for, with words or thoughts around it, a
 * letter, a label, or a sentence. Null where the reply says nothing, or more than one thing, or only what an answer says.
 */
export function readJudgeReply(reply: string | null): Choice | null {
  if (reply === null || reply.length > LONGEST_REPLY) return null;
  const text = visibleText({ text: reply, refusal: null }).trim();
  if (text === "" || text.length > LONGEST_VERDICT) return null;
  const stated = verdictInObjects(text);
  if (stated.kind === "stated") return stated.choice;
  return choiceOf(text) ?? verdictInWords(withoutObjects(text));
}
