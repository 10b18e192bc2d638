export type Chunks = readonly Uint8Array[];

/** The first `maxBytes` as text. */
export function textOf(chunks: Chunks, maxBytes: number): string {
  const [only] = chunks;
  // Looked at in place: every stream passes here.
  const bytes =
    chunks.length === 1 && only !== undefined
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(chunks);
  return bytes.toString("utf8", 0, maxBytes);
}

/** All of them in one; the only one as it is. */
export function joined(chunks: Chunks): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
