import type { RequestView, ToolChoice } from "@understudy/apis";

/** What a request asks of an answer, as far as it can be checked. */
export interface Asked {
  /** The answer is to be JSON, so that anything around it breaks whoever parses it. */
  readonly json: boolean;
  /** Parameter schema of each tool on offer, by name; null where the request is not known. */
  readonly tools: ReadonlyMap<string, unknown> | null;
  readonly choice: ToolChoice;
  /** The last thing the user said; empty where that is not known. */
  readonly question: string;
}

/** Characters of the question that are looked at. */
const MOST_OF_QUESTION = 8_000;

/** `view` is null where the request is not known. */
export function askedOf(view: RequestView | null): Asked {
  if (view === null) return { json: false, tools: null, choice: { kind: "auto" }, question: "" };
  const { asksForJson, tools, toolChoice, turns } = view;
  const last = turns.findLast(({ role }) => role === "user");
  return {
    json: asksForJson,
    tools: new Map(tools.map(({ name, parameters }) => [name, parameters])),
    choice: toolChoice,
    question: (last?.texts ?? []).join("\n").slice(-MOST_OF_QUESTION),
  };
}
