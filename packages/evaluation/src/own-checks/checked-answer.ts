import type { RequestView } from "@understudy/apis";
import type { Answer } from "@understudy/contracts";
import { askedOf } from "../compare/asked.ts";
import { isRefusal } from "../compare/flags.ts";
import { visibleText } from "../compare/texts/visible-text.ts";

/** An answer as checks see it. */
export interface CheckedAnswer {
  /** The text that a reader sees; of an answer that only calls tools, its calls as JSON. */
  readonly output: string;
  readonly refused: boolean;
}

/** `request` is null where it is not known: whether an answer refuses is told from what was asked. */
export function checkedAnswer(answer: Answer, request: RequestView | null): CheckedAnswer {
  const text = visibleText(answer);
  const callsOnly = text.trim() === "" && answer.tool_calls.length > 0;
  return {
    output: callsOnly ? JSON.stringify(answer.tool_calls.map(asCall)) : text,
    refused: isRefusal(answer, text, askedOf(request).question),
  };
}

function asCall({ name, arguments: given }: Answer["tool_calls"][number]) {
  return { type: "function", function: { name, arguments: given } };
}
