/** What an answer says, whichever way it came: one JSON body or a stream of events. Choice 0 only. */
export interface Answer {
  readonly text: string | null;
  /** The provider's own refusal field. */
  readonly refusal: string | null;
  readonly tool_calls: readonly ToolCall[];
  /** Why the model stopped: `stop`, `length`, `tool_calls`, `content_filter`, or what the provider says. */
  readonly finish_reason: string | null;
  /** How many choices came back; of embeddings, how many vectors. */
  readonly choices: number;
  /** What is kept of an answer in vectors, which says nothing in words; absent in all others. */
  readonly vectors?: VectorDigest;
}

/** Of an embeddings answer no number is kept, only how near its vectors lie to each other: two models differ in every number. */
export interface VectorDigest {
  /** Inputs of which a vector came that can be reckoned with. */
  readonly count: number;
  /** Numbers in each vector; null where they differ in length, or none came. */
  readonly dimensions: number | null;
  /** Inputs that `similarities` are of: the first 32 at the most. Fewer than `count`: the others were left out. */
  readonly taken: number;
  /**
   * Cosines of each two of those inputs, in the order (0, 1), (0, 2), …, (1, 2), …: two bytes each, the lower one first, signed,
   * 32,767 for 1, in base64. Null for fewer than three inputs, and for vectors that cannot be compared with each other.
   */
  readonly similarities: string | null;
}

export interface ToolCall {
  readonly name: string;
  /** As the model wrote them: JSON text, valid or not. */
  readonly arguments: string;
}

/** Tokens as the provider counted them. */
export interface Usage {
  /** All of the input, what was read from a cache or written to one included. */
  readonly input_tokens: number;
  /** All of the output, hidden reasoning included. */
  readonly output_tokens: number;
  /** Part of the input that was read from the provider's prompt cache. */
  readonly cached_tokens: number;
  /** Part of the input that was written to the provider's prompt cache. */
  readonly cache_write_tokens: number;
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
  /** True when the stream came to its finish reason or end mark with no piece broken, or the body was whole JSON, and no error. */
  readonly complete: boolean;
  /** What the provider said of an error that it sent with a status of success; JSON or not, as it came. */
  readonly error_body: string | null;
  /** Events of a stream that were no part of the answer, such as keep-alives in data lines. */
  readonly skipped_events: number;
  /** Byte offset just past the event that carried the first token; null when not streamed or none came. */
  readonly first_token_offset: number | null;
  /** Byte offset just past the last event of the answer, its end mark if it has one; null when not streamed. */
  readonly end_offset: number | null;
}

/** One change made to a request so that another model takes it. */
export interface Change {
  readonly param: string;
  readonly action: "renamed" | "dropped" | "set" | "stripped";
  /** Why, in a few words. */
  readonly reason: string;
}
