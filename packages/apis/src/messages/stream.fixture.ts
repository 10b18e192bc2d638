/** An event as Anthropic writes it. */
export function event(type: string, rest: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

export const START = event("message_start", {
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-5-20260301",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 25, cache_read_input_tokens: 100, cache_creation_input_tokens: 7, output_tokens: 1 },
  },
});
export const PING = event("ping");
export const STOP = event("message_stop");

export function opened(index: number, content_block: object): string {
  return event("content_block_start", { index, content_block });
}

export function delta(index: number, said: object): string {
  return event("content_block_delta", { index, delta: said });
}

export function closed(index: number): string {
  return event("content_block_stop", { index });
}

/** A text block from its start to its end. */
export function text(index: number, ...pieces: readonly string[]): string {
  const deltas = pieces.map((piece) => delta(index, { type: "text_delta", text: piece }));
  return [opened(index, { type: "text", text: "" }), ...deltas, closed(index)].join("");
}

/** A call of a tool, its arguments in pieces. */
export function call(index: number, name: string, ...pieces: readonly string[]): string {
  const deltas = pieces.map((piece) => delta(index, { type: "input_json_delta", partial_json: piece }));
  return [opened(index, { type: "tool_use", id: `toolu_${index}`, name, input: {} }), ...deltas, closed(index)].join(
    "",
  );
}

/** The reason to stop, and the usage with it. */
export function stopped(reason: string, rest: object = {}, usage: object = { output_tokens: 15 }): string {
  return event("message_delta", { delta: { stop_reason: reason, stop_sequence: null, ...rest }, usage });
}
