/**
 * Tokens here are a deterministic estimate, not a real tokenizer's: close enough for believable usage and cost.
 * Input counts four UTF-8 bytes as one token. Output counts the pieces it is streamed in.
 */
export function estimateInputTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** What one image in a prompt is counted as. */
export const TOKENS_PER_IMAGE = 255;

/** What each message costs beside its text. */
export const TOKENS_PER_MESSAGE = 4;

const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}";
const PIECE = new RegExp(`\\s*(?:[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{M}\\p{N}]){1,8}|\\S)|\\s+$`, "gu");

/** Cuts a text into the pieces it is streamed in; joined again they are the text. One piece is one output token. */
export function piecesOf(text: string): readonly string[] {
  return text.match(PIECE) ?? [];
}
