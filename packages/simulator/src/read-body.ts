import type { IncomingMessage } from "node:http";

/**
 * The text of a request's body; null when it is larger than `limit` bytes. What is too much is read and thrown away,
 * so that a client that writes first and reads afterwards still gets its answer. Rejects when the client leaves.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once("end", () => resolve(bytes > limit ? null : textOf(chunks)));
    request.once("error", reject);
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only.toString("utf8") : Buffer.concat(chunks).toString("utf8");
}
