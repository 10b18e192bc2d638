import { Writable } from "node:stream";

/** What may wait in memory for a reader that is too slow; lines beyond it are dropped and counted. */
const MOST_BYTES_WAITING = 16 * 1024 * 1024;

const guarded = new WeakSet<Writable>();

/**
 * Passes lines on to a destination that may be slow, broken or closed. It never fails and never waits: lines are dropped
 * while too much waits, and once the destination takes lines again `dropNotice` says how many are missing.
 */
export function createLineSink(destination: Writable, dropNotice: (count: number) => string): Writable {
  guardAgainstErrors(destination);
  let dropped = 0;
  let gathered = "";

  const flush = (): void => {
    const lines = gathered;
    gathered = "";
    if (lines !== "" && !destination.destroyed && !destination.writableEnded) destination.write(lines);
  };

  /** Lines of one turn of the event loop go out together: a system call for each would cost more than the line. */
  const pass = (line: string): void => {
    if (destination.destroyed || destination.writableEnded) return;
    if (destination.writableLength + gathered.length > MOST_BYTES_WAITING) {
      dropped += 1;
      return;
    }
    if (gathered === "") setImmediate(flush);
    if (dropped > 0) gathered += `${dropNotice(dropped)}\n`;
    dropped = 0;
    gathered += line;
  };

  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      pass(line);
      done();
    },
    final(done) {
      flush();
      if (destination.destroyed || destination.writableEnded) done();
      else destination.write("", () => done());
    },
  });
}

/** A pipe whose reader has gone reports an error; unheard, it would end the process. Loggers may share a stream. */
function guardAgainstErrors(stream: Writable): void {
  if (guarded.has(stream)) return;
  guarded.add(stream);
  stream.on("error", () => {});
}
