import { SingleBar } from "cli-progress";

export interface Progress {
  /** `done` of `total` requests have their pair. */
  show(done: number, spentUsd: number): void;
  end(total: number, done: number): void;
  /** A line of its own. */
  say(text: string): void;
}

/** A bar on a terminal; anywhere else a line every few seconds. On standard error: standard output is for the result. */
export function createProgress(total: number): Progress {
  const bar = new SingleBar({
    format: "  replay [{bar}] {value}/{total}  ${spent}  {duration_formatted}",
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  bar.start(total, 0, { spent: usd(0) });
  return {
    show: (done, spentUsd) => bar.update(done, { spent: usd(spentUsd) }),
    end(seen, done) {
      bar.setTotal(seen);
      bar.update(done);
      bar.stop();
    },
    say: (text) => void process.stderr.write(`\n${text}\n`),
  };
}

export function usd(amount: number): string {
  return amount.toFixed(4);
}
