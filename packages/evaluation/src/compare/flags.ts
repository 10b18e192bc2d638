import type { Answer } from "@understudy/providers";
import type { BothSides, FlagFigures } from "./comparison.ts";

/**
 * How refusals begin, in English, German, French and Spanish. Phrases miss some and take some for refusals that are none:
 * what they find is likely, not sure.
 */
const REFUSAL =
  /^(?:i['’]?m sorry,? but|i am sorry,? but|sorry,? but|i (?:can(?:no|['’])?t|cannot|am unable to|['’]m unable to) (?:help|assist|provide|comply|answer|do)|as an ai|i must decline|es tut mir leid,? aber|ich kann (?:dabei|ihnen|dir) .{0,20}nicht|je suis désolée?,? mais|je ne peux pas|lo siento,? pero|no puedo (?:ayudar|proporcionar))/i;

export function compareFlags(primary: Answer, silent: Answer): FlagFigures {
  const both = (holds: (answer: Answer) => boolean): BothSides => ({ primary: holds(primary), silent: holds(silent) });
  return { empty: both(isEmpty), truncated: both(isTruncated), refusal: both(isRefusal) };
}

function isEmpty({ text, refusal, tool_calls }: Answer): boolean {
  return tool_calls.length === 0 && (refusal ?? "") === "" && (text ?? "").trim() === "";
}

function isTruncated({ finish_reason }: Answer): boolean {
  return finish_reason === "length" || finish_reason === "max_tokens";
}

/** The provider's own word for it counts first. */
function isRefusal({ refusal, finish_reason, text, tool_calls }: Answer): boolean {
  if ((refusal ?? "") !== "" || finish_reason === "content_filter" || finish_reason === "refusal") return true;
  return tool_calls.length === 0 && REFUSAL.test((text ?? "").slice(0, 200).trimStart());
}
