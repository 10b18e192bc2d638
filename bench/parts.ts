import { APIS, UsageHider } from "@understudy/apis";
import { createRedactor } from "@understudy/runtime";
import { ALL_SHAPES, STREAMED_ANSWER } from "./bodies.ts";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import type { Report } from "./report.ts";

/** What is done at once between two looks at the clock. */
const TIMES = 50;
/** Of these for each round the shortest counts: what else the machine does makes any of them longer, and none shorter. */
const RUNS = 100;

const EVENTS = STREAMED_ANSWER.map((event) => Buffer.from(event));
const STREAM = Buffer.concat(EVENTS);
const TEXT = ALL_SHAPES.at(-1)?.body ?? "";
const redactor = createRedactor(["sk-test-primary-key", "sk-test-silent-key"]);

/** What a streamed chat passes on its way, and what follows it, each by itself. */
const PARTS: Readonly<Record<string, () => void>> = {
  "seeing that a stream begins with an answer": () => void APIS.chat.opening(STREAM),
  "watching for its end, in one piece": () => watch([STREAM]),
  "watching for its end, in 20 pieces": () => watch(EVENTS),
  "taking usage out of it, in one piece": () => hide([STREAM]),
  "taking usage out of it, in 20 pieces": () => hide(EVENTS),
  "reading it for the record": () => void APIS.chat.read(STREAM),
  "looking for secrets in 50 KB": () => void redactor.clean(TEXT),
};

/** Time of single steps of a request's way. It needs no service. */
export function parts({ rounds }: BenchOptions): Promise<Report> {
  const rows = Object.entries(PARTS).map(([part, run]) => ({ part, µs: shortest(run, rounds * RUNS) }));
  return Promise.resolve({
    program: "parts",
    machine: describeMachine(),
    setup: { rounds, runs: rounds * RUNS, times: TIMES, µs: "the shortest run" },
    rows,
  });
}

/** Microseconds. */
function shortest(run: () => void, runs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < runs; turn += 1) {
    const before = performance.now();
    for (let time = 0; time < TIMES; time += 1) run();
    least = Math.min(least, ((performance.now() - before) / TIMES) * 1_000);
  }
  return least;
}

function watch(chunks: readonly Uint8Array[]): void {
  const end = APIS.chat.watchEnd({});
  for (const chunk of chunks) end.push(chunk);
}

function hide(chunks: readonly Uint8Array[]): void {
  const hider = new UsageHider();
  for (const chunk of chunks) hider.push(chunk);
  hider.end();
}
