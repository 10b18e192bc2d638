/** A chat request in OpenAI's form; further parameters go to the provider as they are. */
export interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean | undefined;
  readonly [param: string]: unknown;
}

export interface ChatMessage {
  readonly role: string;
  readonly [key: string]: unknown;
}

export interface ChatCompletion {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: {
      readonly role: string;
      readonly content: string | null;
      readonly tool_calls?: readonly ChatToolCall[];
      readonly [key: string]: unknown;
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: ChatUsage;
  readonly [key: string]: unknown;
}

export interface ChatToolCall {
  readonly id: string;
  readonly type: string;
  readonly function?: {
    readonly name: string;
    /** JSON text, as the model wrote it. */
    readonly arguments: string;
  };
  readonly [key: string]: unknown;
}

export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly [key: string]: unknown;
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly model: string;
  /** Empty in the chunk that carries the usage. */
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {
      readonly role?: string;
      readonly content?: string | null;
      readonly tool_calls?: readonly (Partial<Omit<ChatToolCall, "function">> & {
        readonly index: number;
        readonly function?: { readonly name?: string; readonly arguments?: string };
      })[];
      readonly [key: string]: unknown;
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: ChatUsage | null;
  readonly [key: string]: unknown;
}
