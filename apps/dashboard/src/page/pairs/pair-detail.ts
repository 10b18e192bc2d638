import type { ShownConversation } from "@understudy/contracts";
import type { Review } from "@understudy/evaluation";
import type { Pair, PairNote, StoredLabel } from "@understudy/store";
import type { ShownAnswer } from "../answers/shown-answer.ts";
import { words } from "../frame/format.ts";

/** As `GET /api/pairs/:id` answers it. */
export type PairDetail = Pair & {
  readonly said: string | null;
  readonly conversation: ShownConversation | null;
  readonly review: Review | null;
  readonly label: StoredLabel | null;
  readonly notes: readonly PairNote[];
};

export function pairPath(id: string): string {
  return `/api/pairs/${encodeURIComponent(id)}`;
}

/** An answer as it is shown; what a failure says of itself, where there is none. */
export function shownAnswer(call: Pair["silent"]): ShownAnswer {
  const answer = call?.answer ?? null;
  const text = answer?.text ?? answer?.refusal ?? "";
  return { text, tool_calls: answer?.tool_calls ?? [], note: noteOf(call) };
}

function noteOf(call: Pair["silent"]): string | null {
  if (call === null) return "never called";
  if (call.error !== null) return `no answer: ${words(call.error.kind)}`;
  if (call.status === "partial") return "broken off";
  if (call.answer?.vectors !== undefined) return vectorWords(call.answer.vectors);
  if (call.answer?.refusal !== null && call.answer?.text === null) return "a refusal";
  return call.answer?.finish_reason === "length" ? "cut at its token limit" : null;
}

/** The vectors themselves are not kept. */
function vectorWords({ count, dimensions }: NonNullable<NonNullable<Pair["primary"]["answer"]>["vectors"]>): string {
  const length = dimensions === null ? "of no one length" : `of ${dimensions} numbers`;
  return `${count} ${count === 1 ? "vector" : "vectors"} ${length}, not kept`;
}
