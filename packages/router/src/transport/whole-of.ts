import { AnswerTooLargeError } from "./failure.ts";

/** All of a body. Throws `AnswerTooLargeError` when it has more bytes than that. */
export async function wholeOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLargeError(maxBytes);
  }
  return Buffer.concat(chunks, bytes);
}
