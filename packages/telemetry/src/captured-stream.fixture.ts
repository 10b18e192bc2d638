import { Writable } from "node:stream";

/** A stream that keeps what is written to it, for tests. */
export interface CapturedStream {
  readonly stream: Writable;
  readonly text: () => string;
  readonly lines: () => string[];
  /** The lines as JSON objects. */
  readonly entries: () => Record<string, unknown>[];
}

export function captureStream(): CapturedStream {
  let written = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString("utf8");
      done();
    },
  });
  const lines = (): string[] => written.split("\n").slice(0, -1);
  return {
    stream,
    text: () => written,
    lines,
    entries: () => lines().map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
