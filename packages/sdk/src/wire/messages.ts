/** A request in the form of Anthropic's Messages; further parameters go to the provider as they are. */
export interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly MessageParam[];
  readonly system?: string | readonly MessageBlock[] | undefined;
  readonly stream?: boolean | undefined;
  readonly [param: string]: unknown;
}

export interface MessageParam {
  readonly role: string;
  readonly content: string | readonly MessageBlock[];
  readonly [key: string]: unknown;
}

export interface Message {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly MessageBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence?: string | null;
  readonly usage: MessageUsage;
  readonly [key: string]: unknown;
}

/** `text` has a text, `tool_use` an id, a name and an input, `thinking` its thinking; other kinds have keys of their own. */
export interface MessageBlock {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly [key: string]: unknown;
}

/** What was read from a cache or written to one stands beside `input_tokens`. */
export interface MessageUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly [key: string]: unknown;
}

/** What a stream of Messages consists of. Providers may send kinds that are newer than this list. */
export type MessageEvent =
  | { readonly type: "message_start"; readonly message: Message }
  | { readonly type: "content_block_start"; readonly index: number; readonly content_block: MessageBlock }
  | { readonly type: "content_block_delta"; readonly index: number; readonly delta: MessageDelta }
  | { readonly type: "content_block_stop"; readonly index: number }
  | {
      readonly type: "message_delta";
      readonly delta: { readonly stop_reason: string | null; readonly [key: string]: unknown };
      readonly usage: Partial<MessageUsage>;
    }
  | { readonly type: "message_stop" }
  | { readonly type: "ping" };

export type MessageDelta =
  | { readonly type: "text_delta"; readonly text: string }
  | { readonly type: "input_json_delta"; readonly partial_json: string }
  | { readonly type: "thinking_delta"; readonly thinking: string }
  | { readonly type: "signature_delta"; readonly signature: string }
  | { readonly type: "citations_delta"; readonly citation: Readonly<Record<string, unknown>> };
