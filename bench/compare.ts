import { comparePair } from "@understudy/evaluation/compare";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { TEXT_KINDS, type Texts } from "./compare-texts.ts";
import { describeMachine } from "./machine.ts";
import type { BenchOptions } from "./options.ts";
import type { Report } from "./report.ts";
import { median } from "./stats.ts";

/** Characters of each answer. */
const SIZES = [300, 2_000, 8_000, 9_900, 20_000, 140_000, 1_000_000];
const PAIRS = 4;
/** Comparisons before the first that counts, so that none pays for the compiler. */
const WARM_UP = 100;

/** CPU time of comparing two answers, by size and by what they are made of. It needs no service. */
export function compare({ rounds }: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  for (let done = 0; done < WARM_UP; done += 1) {
    for (const pairOf of Object.values(TEXT_KINDS)) compared(pairOf(2_000, done % PAIRS));
  }
  const rows = Object.entries(TEXT_KINDS).map(([texts, pairOf]) => {
    const costs = SIZES.map((size) => [`${size}`, costOf((pair) => pairOf(size, pair), rounds)] as const);
    return { texts, ...Object.fromEntries(costs.map(([size, cost]) => [`${size} ms`, cost])) };
  });
  return Promise.resolve({
    program: "compare",
    machine,
    setup: { rounds, pairs: PAIRS, ms: "CPU, median of pairs" },
    rows,
  });
}

function costOf(pairOf: (pair: number) => Texts, rounds: number): number {
  const pairs = Array.from({ length: PAIRS }, (_, pair) => pairOf(pair));
  const costs = Array.from({ length: rounds }, () => pairs.map(costOfOne)).flat();
  return median(costs);
}

/** Milliseconds. */
function costOfOne(texts: Texts): number {
  const before = process.cpuUsage();
  compared(texts);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function compared([primary, silent]: Texts): void {
  const [one, other] = [primary, silent].map((text) =>
    sampleCallRecord({ answer: { text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 } }),
  );
  if (one !== undefined && other !== undefined) comparePair(one, other);
}
