import { type RequestView, viewRequest } from "@understudy/apis";
import type { Answer, CallRecord, Excerpt } from "@understudy/contracts";
import { commonStart, lineOf } from "./lines.ts";
import { saidOf, type ToldPair, type Where } from "./said.ts";
import { textsInWords } from "./text-differences.ts";
import { callsInLine, jsonInWords, toolsInWords } from "./value-differences.ts";

const LONGEST_PROMPT = 240;
const LONGEST_ANSWER = 180;

/** A pair with its request, parsed. */
export interface ExcerptedPair extends ToldPair {
  readonly request: unknown;
}

/**
 * What a list shows of a pair. Pure, and bounded whatever models write: only the beginnings of texts are read, and small JSON,
 * some tenths of a millisecond in all.
 */
export function excerptOf(pair: ExcerptedPair): Excerpt {
  const { primary, silent } = pair;
  const view = viewRequest(primary.operation, pair.request);
  const from = commonStart(textOf(primary.answer), textOf(silent?.answer ?? null));
  return {
    prompt: promptOf(view),
    primary: lineOfCall(primary, from),
    silent: silent === null ? null : lineOfCall(silent, from),
    said: saidOf(pair, whereOf(pair, view)),
  };
}

function promptOf({ turns, last }: RequestView): string {
  const asked = turns.findLast(({ role }) => role === "user");
  const texts = asked === undefined || asked.texts.length === 0 ? last : asked.texts;
  return lineOf(texts.join("\n"), LONGEST_PROMPT);
}

/** The answer where it begins to differ; the failure's own words are no answer. */
function lineOfCall({ answer }: CallRecord, from: number): string | null {
  if (answer === null) return null;
  if (answer.vectors !== undefined) return `${answer.vectors.count} vectors`;
  const text = textOf(answer);
  if (text.trim() !== "") return lineOf(text, LONGEST_ANSWER, from);
  return answer.tool_calls.length === 0 ? "" : callsInLine(answer.tool_calls, LONGEST_ANSWER);
}

function textOf(answer: Answer | null): string {
  return answer?.text ?? answer?.refusal ?? "";
}

function whereOf({ primary, silent, comparison }: ToldPair, view: RequestView): Where | null {
  const [one, other] = [primary.answer, silent?.answer ?? null];
  if (one === null || other === null || comparison?.agrees === true || one.vectors !== undefined) return null;
  if (one.tool_calls.length + other.tool_calls.length > 0) {
    const words = toolsInWords(one, other, new Map(view.tools.map(({ name, parameters }) => [name, parameters])));
    return words === null ? null : { of: "tools", words };
  }
  const [here, there] = [textOf(one), textOf(other)];
  const json = jsonInWords(here, there);
  if (json !== null) return { of: "json", words: json };
  return here === "" || there === "" ? null : { of: "text", words: textsInWords(here, there) };
}
