import type { Account } from "@understudy/contracts";
import type { VerdictEvidence } from "../evidence.ts";
import { decideVerdict } from "./decide-verdict.ts";
import type { AskedOfExperiment } from "./question-of.ts";
import { checkSelection, type Selection } from "./selection.ts";
import type { Verdict } from "./verdict.ts";

/** An experiment as it is judged: what it is, what it is asked, and what has come. */
export interface JudgedInput {
  readonly experiment: AskedOfExperiment & {
    readonly id: string;
    readonly primary: string;
    readonly silent: string;
    readonly control: boolean;
    readonly replay?: boolean;
    /** Rates that were in force before this one; absent: none. */
    readonly earlierRates?: readonly number[];
    /** Candidates ever declared for the primary group. */
    readonly candidates: number;
  };
  readonly account: Account;
  readonly evidence: VerdictEvidence;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The verdict, and what was found of the sample that it rests on. */
export function judge({ experiment, account, evidence }: JudgedInput): {
  readonly verdict: Verdict;
  readonly selection: Selection;
} {
  const {
    control: isControl,
    replay = false,
    sampleRate,
    earlierRates,
    margins,
    asked,
    candidates,
    minimumSpanMs,
  } = experiment;
  const selection = checkSelection(account, evidence.strata, {
    configuredRate: replay ? null : sampleRate,
    earlierRates,
  });
  const question = { evidence, margins, asked, candidates, minimumSpanMs, account, selection, isControl };
  return { verdict: decideVerdict(question), selection };
}
