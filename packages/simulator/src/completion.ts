import type { Choice } from "./answer/compose.ts";
import type { WireFace } from "./routes.ts";

/** A whole answer, before it is put on the wire. */
export interface Completion {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly model: string;
  readonly fingerprint: string;
  readonly face: WireFace;
  readonly choices: readonly Choice[];
  readonly usage: CompletionUsage;
}

export interface CompletionUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Hidden reasoning included. */
  readonly completionTokens: number;
  readonly reasoningTokens: number;
}

/** The body of an answer that is not streamed. */
export function completionBody(completion: Completion): string {
  const { id, created, model, fingerprint, face, choices, usage } = completion;
  return JSON.stringify({
    id,
    object: "chat.completion",
    created,
    model,
    choices: choices.map((choice, index) => ({
      index,
      message: messageOf(choice, callId(id, index)),
      logprobs: null,
      finish_reason: choice.finishReason,
      ...(face === "azure" ? { content_filter_results: SAFE } : {}),
    })),
    usage: wireUsage(usage),
    system_fingerprint: fingerprint,
    ...(face === "azure" ? { prompt_filter_results: PROMPT_SAFE } : { service_tier: "default" }),
  });
}

function messageOf({ pieces, toolCall }: Choice, id: string): object {
  if (toolCall === null) return { role: "assistant", content: pieces.join(""), refusal: null, annotations: [] };
  const call = { id, type: "function", function: { name: toolCall.name, arguments: toolCall.pieces.join("") } };
  return { role: "assistant", content: null, tool_calls: [call], refusal: null, annotations: [] };
}

export function callId(completionId: string, choice: number): string {
  return `call_${completionId.slice(-20)}${choice}`;
}

const SAFE = {
  hate: { filtered: false, severity: "safe" },
  self_harm: { filtered: false, severity: "safe" },
  sexual: { filtered: false, severity: "safe" },
  violence: { filtered: false, severity: "safe" },
};

/** What Azure says of the prompt, beside each answer. */
export const PROMPT_SAFE = [{ prompt_index: 0, content_filter_results: SAFE }];

export function wireUsage(usage: CompletionUsage): object {
  const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = usage;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
