/** A chat request in OpenAI's form; further parameters go to the provider as they are. */
export interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly stream?: boolean;
  readonly [param: string]: unknown;
}

export interface ChatCompletion {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: { readonly role: string; readonly content: string | null; readonly [key: string]: unknown };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
  readonly [key: string]: unknown;
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string | null; readonly [key: string]: unknown };
    readonly finish_reason: string | null;
  }[];
  readonly [key: string]: unknown;
}
