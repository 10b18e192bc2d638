import type { Choice } from "../answer/compose.ts";
import { callId, type Completion } from "../completion.ts";
import { piecesOf } from "../tokens.ts";
import type { Question, Wire } from "../wire.ts";
import { ollamaAsChat } from "./ollama-request.ts";

/** Ollama's own `/api/chat`: whole, or one JSON object a line; calls of tools come whole in one line. */
export const OLLAMA_WIRE: Wire = {
  stream: { type: "application/x-ndjson", encoding: "utf8" },
  asChat: ollamaAsChat,
  whole(completion, question) {
    const [choice] = completion.choices;
    const thought = thoughtOf(question).join("");
    const message = {
      content: choice?.pieces.join("") ?? "",
      ...(thought === "" ? {} : { thinking: thought }),
      ...callsOf(completion),
    };
    return JSON.stringify(lastLine(completion, message));
  },
  events(completion, question) {
    const pieces = completion.choices[0]?.pieces ?? [];
    const calls = callsOf(completion);
    return [
      ...thoughtOf(question).map((thinking) => line(completion, { content: "", thinking })),
      ...pieces.map((content) => line(completion, { content })),
      ...("tool_calls" in calls ? [line(completion, { content: "", ...calls })] : []),
      `${JSON.stringify(lastLine(completion, { content: "" }))}\n`,
    ];
  },
  errorEvent: () => `${JSON.stringify({ error: "an error was encountered while running the model" })}\n`,
  brokenEvent: '{"model":"llama","mess\n',
};

const THOUGHT = piecesOf("The question is plain. I answer it in a few words.");

function thoughtOf({ body: { think } }: Question): readonly string[] {
  return think === true || typeof think === "string" ? THOUGHT : [];
}

function headOf({ model, created }: Completion, message: object): object {
  const created_at = new Date(created * 1000).toISOString();
  return { model, created_at, message: { role: "assistant", ...message } };
}

function line(completion: Completion, message: object): string {
  return `${JSON.stringify({ ...headOf(completion, message), done: false })}\n`;
}

/** Durations are nanoseconds. */
function lastLine(completion: Completion, message: object): object {
  const { usage, choices } = completion;
  return {
    ...headOf(completion, message),
    done: true,
    done_reason: DONE[choices[0]?.finishReason ?? "stop"],
    total_duration: 2_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: 500_000,
    eval_count: usage.completionTokens,
    eval_duration: 500_000,
  };
}

/** A model that calls a tool has come to its natural end. */
const DONE: Readonly<Record<Choice["finishReason"], string>> = {
  stop: "stop",
  length: "length",
  tool_calls: "stop",
  content_filter: "stop",
};

function callsOf({ id, choices }: Completion): { readonly tool_calls: readonly object[] } | Record<never, never> {
  const call = choices[0]?.toolCall ?? null;
  if (call === null) return {};
  const input = JSON.parse(call.pieces.join("")) as unknown;
  return { tool_calls: [{ id: callId(id, 0), function: { index: 0, name: call.name, arguments: input } }] };
}
