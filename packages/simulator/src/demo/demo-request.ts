export interface DemoMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | null;
  readonly tool_calls?: readonly object[];
  readonly tool_call_id?: string;
}

/** A chat request body without its `model`. */
export interface DemoRequest {
  readonly messages: readonly DemoMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage: boolean };
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly tools?: readonly object[];
  readonly tool_choice?: string | object;
  readonly response_format?: object;
}

export function ask(content: string, extra: Omit<DemoRequest, "messages"> = {}): DemoRequest {
  return { messages: [{ role: "user", content }], ...extra };
}

export function askUnder(system: string, content: string, extra: Omit<DemoRequest, "messages"> = {}): DemoRequest {
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content },
    ],
    ...extra,
  };
}
