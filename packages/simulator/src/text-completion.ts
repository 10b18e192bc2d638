import { badRequest, RefusedRequest, streamErrorEvent } from "./api-error.ts";
import type { Choice } from "./answer/compose.ts";
import { type Completion, wireUsage } from "./completion.ts";
import { DONE_EVENT, inTurns } from "./completion-stream.ts";
import { arrayOf, type JsonObject, stringOf } from "./json.ts";
import type { Wire } from "./wire.ts";

/** The older completions: a prompt in place of messages, a text in place of a message. */
export const COMPLETIONS_WIRE: Wire = {
  asChat({ prompt, max_tokens, ...rest }) {
    return { ...rest, max_completion_tokens: max_tokens, messages: [{ role: "user", content: promptOf(prompt) }] };
  },
  whole({ choices, usage, ...completion }) {
    return JSON.stringify({
      ...headOf(completion),
      choices: choices.map(({ pieces, finishReason }, index) => textChoice(index, pieces.join(""), finishReason)),
      usage: wireUsage(usage),
    });
  },
  events({ choices, usage, ...completion }, { request }) {
    const event = (chunk: object): string => `data: ${JSON.stringify({ ...headOf(completion), ...chunk })}\n\n`;
    const noUsage = request.includeUsage ? { usage: null } : {};
    return [
      ...inTurns(choices.map(deltasOf)).map(({ index, text, finishReason }) =>
        event({ choices: [textChoice(index, text, finishReason)], ...noUsage }),
      ),
      ...(request.includeUsage ? [event({ choices: [], usage: wireUsage(usage) })] : []),
      DONE_EVENT,
    ];
  },
  errorEvent: streamErrorEvent,
  brokenEvent: 'data: {"id":"cmpl-\n\n',
};

/** One prompt; a list of one counts as one. */
function promptOf(prompt: unknown): string {
  const text = stringOf(prompt) ?? (arrayOf(prompt).length === 1 ? stringOf(arrayOf(prompt)[0]) : null);
  if (text !== null) return text;
  throw new RefusedRequest(badRequest("'prompt' must be a text: the simulator takes one.", "invalid_type", "prompt"));
}

function headOf({ id, created, model, fingerprint }: Omit<Completion, "choices" | "usage">): JsonObject {
  return {
    id: id.replace("chatcmpl", "cmpl"),
    object: "text_completion",
    created,
    model,
    system_fingerprint: fingerprint,
  };
}

function textChoice(index: number, text: string, finishReason: Choice["finishReason"] | null): object {
  return { index, text, logprobs: null, finish_reason: finishReason };
}

interface TextDelta {
  readonly text: string;
  readonly finishReason: Choice["finishReason"] | null;
}

function deltasOf({ pieces, finishReason }: Choice): readonly TextDelta[] {
  return [...pieces.map((text) => ({ text, finishReason: null })), { text: "", finishReason }];
}
