import type { Account, CallerAccounts, CallersBy, ExperimentKey, SilentModelActivity } from "@understudy/contracts";
import type { Evidence, VerdictEvidence } from "@understudy/evaluation";
import type { RuledUnits } from "../units/read-units.ts";
import type { UnitTask } from "../units/unit-task.ts";

/** As `GET /api/experiments` and `GET /api/experiments/:id` answer it. Milliseconds, USD. */
export interface ExperimentSummary extends ExperimentKey {
  readonly replay: boolean;
  readonly counts: Account;
}

/** Figures of one side over the pairs of an experiment. Null where no pair has the figure. */
export interface SideFigures {
  readonly calls: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly latency_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly first_token_ms: { readonly p50: number | null; readonly p95: number | null };
  /** Tokens and cost are over the pairs in which both sides are known; `token_pairs` and `cost_pairs` say how many. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly token_pairs: number;
  readonly cost_usd: number | null;
  readonly cost_pairs: number;
}

export interface ExperimentDetail extends ExperimentSummary {
  readonly sides: { readonly primary: SideFigures; readonly silent: SideFigures };
}

export interface MarkedExperiment extends ExperimentKey {
  readonly replay: boolean;
  readonly mark: string;
  /** Pairs that have entered, and a short name of the rules by which they did; null before any has. */
  readonly entered: { readonly pairs: number; readonly rules: string } | null;
}

/** What the pairs of an experiment say together. */
export interface ExperimentStore {
  list(): Promise<readonly ExperimentSummary[]>;
  read(id: string): Promise<ExperimentDetail | null>;
  /** All that a report is made from; null when there is no such experiment. */
  evidence(id: string): Promise<Evidence | null>;
  /** What a verdict is computed from alone, which is the cheaper part; null when there is no such experiment. */
  verdictEvidence(id: string): Promise<VerdictEvidence | null>;
  /** Each experiment with a text that is another once its evidence is. One question for all of them, whatever they hold. */
  marks(): Promise<readonly MarkedExperiment[]>;
  /** Null when there is no such experiment. */
  account(id: string): Promise<Account | null>;
  /** The same by who called. */
  callers(id: string, by: CallersBy): Promise<CallerAccounts | null>;
  /**
   * Lets conversations of the experiment enter that are due, some of them; `more` tells whether others may be. Several
   * processes may do it at once: one does, the others find nothing.
   */
  foldUnits(task: UnitTask): Promise<{ readonly entered: number; readonly more: boolean }>;
  /** What its conversations are worth so far, and by which rules. */
  units(id: string): Promise<RuledUnits>;
  /**
   * Pairs of answers that an experiment's primary gave since a time, epoch milliseconds, and of which anything can be told; counted
   * up to `most`.
   */
  answered(id: string, since: number, most: number): Promise<number>;
  /** Share of the calls of its primary that failed, and not by their clients' fault; null where there was no other. */
  primaryFailures(id: string): Promise<number | null>;
  /** Outcomes since a time, epoch milliseconds, and all drops. */
  silentModelActivity(since: number): Promise<readonly SilentModelActivity[]>;
}
