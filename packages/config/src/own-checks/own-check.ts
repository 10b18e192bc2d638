/** What an answer can be held to, by promptfoo's names. Each may be written with `not-` before it. */
export const CHECK_TYPES = [
  "equals",
  "contains",
  "icontains",
  "contains-all",
  "contains-any",
  "icontains-all",
  "icontains-any",
  "starts-with",
  "regex",
  "is-json",
  "contains-json",
  "is-refusal",
  "javascript",
  "llm-rubric",
] as const;
export type CheckType = (typeof CHECK_TYPES)[number];

/** Stands for every model group that is not named itself. */
export const ANY_GROUP = "*";

/** One thing that answers are held to. Plain data: it crosses to the thread that does it. */
export interface OwnCheck {
  readonly type: CheckType;
  /** Whether it must not hold. */
  readonly not: boolean;
  /** What it is called in figures: its `metric`, or how it is written. Unique within its set. */
  readonly name: string;
  /**
   * By type: a text; texts; any JSON value (`equals`); a JSON schema or null (`is-json`, `contains-json`); a `CheckFile`
   * (`javascript`); null (`is-refusal`); a text (`llm-rubric`, which a judge is asked about).
   */
  readonly value: unknown;
  /** Least score that passes, of a check that gives a number. */
  readonly threshold: number | null;
}

/** A function in a file of the operator's. */
export interface CheckFile {
  /** Absolute. */
  readonly file: string;
  /** Name of the export; null: the default one. */
  readonly name: string | null;
}

/** All that answers to one model group's requests are held to. */
export interface OwnCheckSet {
  /** Hash of what the checks are, files included: results of another set are not to be added to these. */
  readonly id: string;
  /** Without rubrics: what can be told of every pair, at once. */
  readonly checks: readonly OwnCheck[];
  /** Those that a judge grades answers by. */
  readonly rubrics: RubricSet;
}

/** `llm-rubric` alone, under an id of their own. */
export interface RubricSet {
  readonly id: string;
  readonly checks: readonly OwnCheck[];
}

/** Model group to its checks; `*` holds those of every other group. */
export type OwnChecks = Readonly<Record<string, OwnCheckSet>>;

/** What answers to this group's requests are held to; null: nothing. */
export function ownChecksOf(ownChecks: OwnChecks, primary: string): OwnCheckSet | null {
  const set = setOf(ownChecks, primary);
  return set === undefined || set.checks.length === 0 ? null : set;
}

/** What a judge grades answers to this group's requests by; null: nothing. */
export function rubricsOf(ownChecks: OwnChecks, primary: string): RubricSet | null {
  const set = setOf(ownChecks, primary);
  return set === undefined || set.rubrics.checks.length === 0 ? null : set.rubrics;
}

function setOf(ownChecks: OwnChecks, primary: string): OwnCheckSet | undefined {
  return Object.hasOwn(ownChecks, primary) ? ownChecks[primary] : ownChecks[ANY_GROUP];
}

/** Whether any of them asks for something. Those that only forbid are passed by nonsense, too: they can show no answer to be good. */
export function asksForSomething({ checks }: Pick<OwnCheckSet, "checks">): boolean {
  return checks.some(({ not }) => !not);
}
