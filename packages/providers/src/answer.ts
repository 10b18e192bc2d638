/** What a chat answer says, whichever way it came: one JSON body or a stream of events. Choice 0 only. */
export interface Answer {
  readonly text: string | null;
  /** The provider's own refusal field. */
  readonly refusal: string | null;
  readonly tool_calls: readonly ToolCall[];
  /** Why the model stopped: `stop`, `length`, `tool_calls`, `content_filter`, or what the provider says. */
  readonly finish_reason: string | null;
  /** How many choices came back. */
  readonly choices: number;
}

export interface ToolCall {
  readonly name: string;
  /** As the model wrote them: JSON text, valid or not. */
  readonly arguments: string;
}

/** Tokens as the provider counted them. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Part of the input that was read from the provider's prompt cache. */
  readonly cached_tokens: number;
  /** Part of the output that was spent on hidden reasoning. */
  readonly reasoning_tokens: number;
}

/** All that is read from an answer's bytes. */
export interface ReadAnswer {
  readonly answer: Answer | null;
  readonly usage: Usage | null;
  /** The model that the provider says it was; may differ from the one asked for. */
  readonly response_model: string | null;
  readonly system_fingerprint: string | null;
  /** True when the stream came to its finish reason or end mark, or the body was whole JSON. */
  readonly complete: boolean;
  /** An error sent inside a stream after it had begun. */
  readonly stream_error: string | null;
  /** Byte offset just past the event that carried the first token; null when not streamed or none came. */
  readonly first_token_offset: number | null;
}

/** One change made to a request so that another model takes it. */
export interface Change {
  readonly param: string;
  readonly action: "renamed" | "dropped" | "set" | "stripped";
  /** Why, in a few words. */
  readonly reason: string;
}
