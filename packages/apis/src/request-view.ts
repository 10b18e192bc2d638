/**
 * What the rest of the house may know of a request, whatever its API. Texts are those of the parsed body, not copies, and what is
 * dear is made when it is first asked for: to look at a request's size, tools and last words costs the answering thread little.
 */
export interface RequestView {
  /** System and developer texts, in the order they stand. */
  readonly instructions: readonly string[];
  readonly turns: readonly Turn[];
  /** The texts of the last turn; where there is no turn, the last instruction. Costs the same however long the conversation is. */
  readonly last: readonly string[];
  /** Tools that the client offers and runs itself. */
  readonly tools: readonly ToolView[];
  readonly toolChoice: ToolChoice;
  /** The JSON schema that the answer is asked to follow; null without one. */
  readonly schema: unknown;
  /** Whether the answer is asked to be JSON, by a schema or without. */
  readonly asksForJson: boolean;
  readonly stream: boolean;
  readonly names: RequestNames;
  /** Only of a request for embeddings. */
  readonly vectors?: VectorsAsked;
}

/** What a request for embeddings asks for. */
export interface VectorsAsked {
  /** Texts, or lists of tokens, that are to have a vector each. */
  readonly inputs: number;
  /** Numbers that each vector is to have; null where that is left to the model. */
  readonly dimensions: number | null;
  /** Whether they are to come as floating-point numbers: what is packed in bits cannot be told from an answer. */
  readonly floats: boolean;
}

/** One message, item or block of a conversation. */
export interface Turn {
  readonly role: "user" | "assistant" | "tool";
  /** The texts of its parts; of a tool's result, what it says. */
  readonly texts: readonly string[];
  /** What its parts other than texts are: `image_url`. */
  readonly others: readonly string[];
  /** The tools that an assistant's turn called. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
}

export interface ToolView {
  readonly name: string;
  readonly description: string | null;
  /** JSON schema of its arguments, as the client wrote it; undefined without one. */
  readonly parameters: unknown;
}

export type ToolChoice =
  | { readonly kind: "auto" | "none" | "required" }
  | { readonly kind: "named"; readonly name: string };

/** What a request says of whom and what it belongs to, as the client wrote it; null where it says nothing. */
export interface RequestNames {
  readonly users: readonly string[];
  /** Sessions, conversations and threads, the most telling first. */
  readonly sessions: readonly string[];
  readonly cacheKey: string | null;
}
