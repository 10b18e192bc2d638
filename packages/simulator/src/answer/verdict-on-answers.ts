import type { ChatRequest } from "../chat-request.ts";
import type { Judging } from "../model-profile.ts";

const ANSWERS =
  /<<answer A (\S+)>>\n([\s\S]*?)\n<<end of answer A \1>>[\s\S]*?<<answer B \1>>\n([\s\S]*?)\n<<end of answer B \1>>/;

/** What a conversation is best answered with. */
export type BestAnswer = (turns: readonly { readonly role: string; readonly content: string }[]) => string;

/** A judge's reply to a prompt with two answers in it; null for any other prompt. */
export function judge({ messages }: ChatRequest, manner: Judging, best: BestAnswer): string | null {
  const prompt = messages.at(-1)?.text ?? "";
  const [, , a, b] = ANSWERS.exec(prompt) ?? [];
  if (a === undefined || b === undefined) return null;
  switch (manner) {
    case "fair":
      return JSON.stringify({ better: choose(a, b, best(turnsIn(prompt))) });
    case "first":
      return '{"better":"A"}';
    case "garbage":
      return "Both answers have their merits, and it would be hard to say which of them is the better one.";
  }
}

const TURNS = /\n\n(?=(?:system|developer|user|assistant|tool): )/;
const TURN = /^(?:system|developer|user|assistant|tool): /;
const CONVERSATION = /<<conversation (\S+)>>\n([\s\S]*?)\n<<end of conversation \1>>/;

function turnsIn(prompt: string): Parameters<BestAnswer>[0] {
  const [, , text = ""] = CONVERSATION.exec(prompt) ?? [];
  // What stands before the first turn are the tools.
  return text
    .split(TURNS)
    .filter((turn) => TURN.test(turn))
    .map((turn) => {
      const colon = turn.indexOf(": ");
      return { role: turn.slice(0, colon), content: turn.slice(colon + 2) };
    });
}

/** The one that says what is right, and neither where both do or none: the order of the answers makes no difference. */
function choose(a: string, b: string, best: string): "A" | "B" | "tie" {
  const [left, right] = [says(a, best), says(b, best)];
  if (left === right) return "tie";
  return left ? "A" : "B";
}

function says(answer: string, best: string): boolean {
  const words = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}.]+/gu) ?? []).join(" ")} `;
  return words(answer).includes(words(best.replace(/[.!]+$/, "")).trim());
}
