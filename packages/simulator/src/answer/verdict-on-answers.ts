import type { ChatRequest } from "../chat-request.ts";
import type { Judging } from "../model-profile.ts";

const ANSWERS =
  /<<answer A (\S+)>>\n([\s\S]*?)\n<<end of answer A \1>>[\s\S]*?<<answer B \1>>\n([\s\S]*?)\n<<end of answer B \1>>/;

/** A judge's reply to a prompt with two answers in it; null for any other prompt. */
export function judge({ messages }: ChatRequest, manner: Judging): string | null {
  const [, , a, b] = ANSWERS.exec(messages.at(-1)?.text ?? "") ?? [];
  if (a === undefined || b === undefined) return null;
  switch (manner) {
    case "fair":
      return JSON.stringify({ better: choose(a, b) });
    case "first":
      return '{"better":"A"}';
    case "garbage":
      return "Both answers have their merits, and it would be hard to say which of them is the better one.";
  }
}

/** By the words alone, so that the order of the answers makes no difference. */
function choose(a: string, b: string): "A" | "B" | "tie" {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length === right.length) return "tie";
  return left.length > right.length ? "A" : "B";
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
