import type { Choice } from "./answer/compose.ts";
import { callId, type Completion, PROMPT_SAFE, wireUsage } from "./completion.ts";

export const DONE_EVENT = "data: [DONE]\n\n";

/** The events of a streamed answer, end mark included: the choices take turns, piece by piece. */
export function completionEvents(completion: Completion, includeUsage: boolean): readonly string[] {
  const { id, created, model, fingerprint, face, choices, usage } = completion;
  const head = { id, object: "chat.completion.chunk", created, model, system_fingerprint: fingerprint };
  const event = (choice: object | null, extra: object): string => {
    const chunk = { ...head, choices: choice === null ? [] : [choice], ...extra };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };
  // With usage asked for, every chunk but the last says that its usage is null.
  const noUsage = includeUsage ? { usage: null } : {};
  const filtered = face === "azure" ? { content_filter_results: {} } : {};
  const deltas = inTurns(choices.map((choice, index) => deltasOf(choice, callId(id, index))));
  return [
    ...(face === "azure" ? [event(null, { prompt_filter_results: PROMPT_SAFE, ...noUsage })] : []),
    ...deltas.map(({ index, delta, finishReason }) =>
      event({ index, delta, logprobs: null, finish_reason: finishReason, ...filtered }, noUsage),
    ),
    ...(includeUsage ? [event(null, { usage: wireUsage(usage) })] : []),
    DONE_EVENT,
  ];
}

interface Delta {
  readonly delta: object;
  readonly finishReason: Choice["finishReason"] | null;
}

function deltasOf({ pieces, toolCall, finishReason }: Choice, id: string): readonly Delta[] {
  const last = { delta: {}, finishReason };
  if (toolCall === null) {
    const first = { delta: { role: "assistant", content: "", refusal: null }, finishReason: null };
    return [first, ...pieces.map((content) => ({ delta: { content }, finishReason: null })), last];
  }
  const call = { index: 0, id, type: "function", function: { name: toolCall.name, arguments: "" } };
  const first = { delta: { role: "assistant", content: null, tool_calls: [call], refusal: null }, finishReason: null };
  const rest = toolCall.pieces.map((text) => ({
    delta: { tool_calls: [{ index: 0, function: { arguments: text } }] },
    finishReason: null,
  }));
  return [first, ...rest, last];
}

/** The pieces of all choices, one of each in turn. */
export function inTurns<T extends object>(
  choices: readonly (readonly T[])[],
): readonly (T & { readonly index: number })[] {
  const longest = Math.max(...choices.map((deltas) => deltas.length));
  const turns = Array.from({ length: longest }, (_, turn) =>
    choices.flatMap((deltas, index) => {
      const delta = deltas[turn];
      return delta === undefined ? [] : [{ ...delta, index }];
    }),
  );
  return turns.flat();
}
