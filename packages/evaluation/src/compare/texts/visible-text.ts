import type { Answer } from "@understudy/contracts";

/** Tags that reasoning models write their thoughts between when the server does not take them out. */
const THOUGHTS = ["think", "thinking", "thought", "thoughts", "reasoning", "reflection"];
const FINAL_CHANNEL = "<|channel|>final<|message|>";
/** Characters in which a thought without its opening tag ends. */
const LONGEST_THOUGHT = 200_000;
const OPENING_TAG = /^\s*<([a-z]{5,10})>/i;

/** The text that a reader sees: a refusal in a field of its own counts as the text, inline thoughts do not. */
export function visibleText({ text, refusal }: Pick<Answer, "text" | "refusal">): string {
  const written = text ?? refusal ?? "";
  return withoutThoughts(written);
}

function withoutThoughts(written: string): string {
  const final = /^\s*<\|/.test(written.slice(0, 100)) ? written.lastIndexOf(FINAL_CHANNEL) : -1;
  let rest = final < 0 ? written : written.slice(final + FINAL_CHANNEL.length).replace(/<\|(?:return|end)\|>\s*$/, "");
  for (let tag = thoughtTag(rest); tag !== null; tag = thoughtTag(rest)) {
    const end = closingOf(rest, tag);
    // A thought that never ends is all there is: nothing was answered.
    if (end < 0) return "";
    rest = rest.slice(end);
  }
  return withoutLostOpening(rest);
}

function thoughtTag(text: string): string | null {
  const name = OPENING_TAG.exec(text.slice(0, 100))?.[1]?.toLowerCase();
  return name !== undefined && THOUGHTS.includes(name) ? name : null;
}

/** Where the text goes on after the closing tag; below 0 without one. */
function closingOf(text: string, tag: string): number {
  const closing = `</${tag}>`;
  const plain = text.indexOf(closing);
  const at = plain >= 0 ? plain : text.indexOf(`</${tag.toUpperCase()}>`);
  return at < 0 ? -1 : at + closing.length;
}

/** Some chat templates write the opening tag themselves, so that an answer has the closing one alone. */
function withoutLostOpening(text: string): string {
  const at = text.slice(0, LONGEST_THOUGHT).indexOf("</think>");
  if (at < 0) return text;
  const before = text.slice(0, at);
  return before.includes("<think>") || before.includes("`") ? text : text.slice(at + "</think>".length);
}
