/** An embeddings request in OpenAI's form; further parameters go to the provider as they are. */
export interface EmbeddingsRequest {
  readonly model: string;
  /** A text, texts, a text's tokens, or those of several. */
  readonly input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  readonly [param: string]: unknown;
}

export interface Embeddings {
  readonly object: "list";
  readonly model: string;
  readonly data: readonly {
    readonly index: number;
    /** Base64 of little-endian 32-bit floats where the request asks for `encoding_format: "base64"`. */
    readonly embedding: readonly number[] | string;
    readonly [key: string]: unknown;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}
