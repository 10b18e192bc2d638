import { contentOf, type LoadSpec, runOpenLoad } from "./open-load.ts";

// An open-loop load in a process of its own, so that nothing else of the one that measures can delay it. The argument is
// a LoadSpec as JSON; prints a LoadSummary.

/** What a load saw, without its first fifth: that is compiling. */
export interface LoadSummary {
  readonly latenciesMs: readonly number[];
  readonly requests: number;
  /** Answers that were no 200, or did not come. */
  readonly errors: number;
  /** Answers, each with the number of its kind of request; more than one for a kind where they differ. */
  readonly answers: readonly string[];
}

const WARM_UP_SHARE = 0.2;

const spec = JSON.parse(process.argv[2] ?? "{}") as LoadSpec;
const seen = await runOpenLoad(spec);
const counted = seen.slice(Math.floor(seen.length * WARM_UP_SHARE));
const summary: LoadSummary = {
  latenciesMs: counted.map(({ latencyMs }) => latencyMs),
  requests: seen.length,
  errors: seen.filter(({ status }) => status !== 200).length,
  answers: [...new Set(seen.map((each) => `${each.kind} ${contentOf(each)}`))].toSorted(),
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
