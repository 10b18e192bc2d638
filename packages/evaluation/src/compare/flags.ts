import type { Answer } from "@understudy/contracts";
import type { Texts } from "./texts/compare-texts.ts";
import type { BothSides, FlagFigures } from "./figures.ts";
import { refuses } from "./facts/refusal.ts";

/** How providers name it when their filter or the model's own safety stopped an answer. */
const STOPPED: ReadonlySet<string> = new Set([
  "content_filter",
  "content_filtered",
  "refusal",
  "safety",
  "blocklist",
  "prohibited_content",
  "spii",
  "recitation",
  "image_safety",
  "guardrail_intervened",
]);
const CUT: ReadonlySet<string> = new Set([
  "length",
  "max_tokens",
  "max_output_tokens",
  "model_length",
  "model_context_window_exceeded",
]);

interface Answers {
  readonly primary: Answer;
  readonly silent: Answer;
}

/** What each answer is by itself. `texts` are as a reader sees them. */
export function compareFlags({ primary, silent }: Answers, texts: Texts, question: string): FlagFigures {
  const both = (holds: (answer: Answer, text: string) => boolean): BothSides => ({
    primary: holds(primary, texts.primary),
    silent: holds(silent, texts.silent),
  });
  return {
    empty: both(isEmpty),
    truncated: both(isTruncated),
    refusal: both((answer, text) => isRefusal(answer, text, question)),
  };
}

function isEmpty({ tool_calls }: Answer, text: string): boolean {
  return tool_calls.length === 0 && !/\S/.test(text);
}

function isTruncated({ finish_reason }: Answer): boolean {
  return CUT.has((finish_reason ?? "").toLowerCase());
}

/** The provider's own word for it counts first. */
export function isRefusal({ refusal, finish_reason, tool_calls }: Answer, text: string, question: string): boolean {
  if ((refusal ?? "") !== "" || STOPPED.has((finish_reason ?? "").toLowerCase())) return true;
  return tool_calls.length === 0 && refuses(text, question);
}
