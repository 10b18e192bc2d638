import type { RequestView } from "@understudy/apis";
import { type CallRecord, FAILURES } from "@understudy/contracts";
import { checksOf } from "../compare/checks.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { AnswerKind } from "../compare/figures.ts";
import { CANDIDATE_FAILED, type OwnChecked, type OwnWorth, worthOf } from "../own-checks/outcome.ts";
import { LIKENESS_KINDS, type Standing } from "./turn.ts";

/** What a pair is worth to the criteria of quality and errors; see `Turn`. */
export interface PairStanding {
  readonly standing: Standing;
  readonly differs: number | null;
  readonly checks: number | null;
  readonly errors: number | null;
}

/**
 * Where the silent call failed by itself, was cut short, or gave what could not be measured, that counts against it: what is
 * missing must never look better than what is there.
 */
export function standingOf(
  primary: CallRecord,
  silent: CallRecord,
  comparison: Partial<Comparison> | null,
): PairStanding {
  const primaryFailed = primary.status !== "ok";
  const silentFailed = silent.status !== "ok";
  if (silentFailed && isOurFault(silent)) return { ...NOTHING, standing: "our_fault" };
  const errors = Number(silentFailed) - Number(primary.status === "error");
  if (primaryFailed) return { ...NOTHING, standing: "primary_failed", errors };
  if (silentFailed) return { standing: "silent_failed", differs: 1, checks: 1, errors };
  if (comparison?.comparable !== true) return { ...NOTHING, standing: "not_comparable", errors };
  return { standing: "measured", differs: differsIn(comparison), checks: checksIn(comparison), errors };
}

/** What the operator's own checks make of a pair; null where none were asked for, or it is not a unit of quality. */
export function ownWorthOf(standing: Standing, checked: OwnChecked | null): OwnWorth | null {
  if (checked === null) return null;
  if (standing === "silent_failed") return CANDIDATE_FAILED;
  return standing === "measured" ? worthOf(checked) : null;
}

const NOTHING = { differs: null, checks: null, errors: null };

function isOurFault({ error }: CallRecord): boolean {
  return error !== null && (FAILURES[error.kind].oursToMend || error.our_adaptation !== undefined);
}

/** Where likeness can tell, whatever is not the same differs; elsewhere only what is shown to. */
function differsIn(comparison: Partial<Comparison>): number {
  const likeness = comparison.likeness ?? likenessBefore(comparison);
  if (LIKENESS_KINDS.some((kind) => kind === answerKindOf(comparison))) return likeness === "same" ? 0 : 1;
  return likeness === "different" || likeness === "unmeasured" ? 1 : 0;
}

/** Of pairs compared before there was a likeness. */
function likenessBefore({ agrees = null }: Partial<Comparison>): Comparison["likeness"] {
  if (agrees === null) return "unmeasured";
  return agrees ? "same" : "different";
}

/** Of the checks that each answer passes or fails: 1 where the candidate fails what the primary passes, -1 the reverse. */
function checksIn(comparison: Partial<Comparison>): number {
  const checks = checksOf(comparison);
  const lost = checks.some(({ primary, silent }) => primary === "pass" && silent === "fail");
  const gained = checks.some(({ primary, silent }) => primary === "fail" && silent === "pass");
  return Number(lost) - Number(gained);
}

/** By the request and the primary's answer alone; null where nothing was compared, or before there were kinds. */
function answerKindOf({ kind, agreement_rule }: Partial<Comparison>): AnswerKind | null {
  if (kind !== undefined) return kind;
  if (agreement_rule === "tool_calls" || agreement_rule === "json") return agreement_rule;
  return agreement_rule === "short_text" ? "closed" : "long_text";
}

const LONG_PROMPT_TOKENS = 8_000;

/** Kind of answer, and the kinds of request that a pair belongs to. */
export function turnKinds(
  primary: CallRecord,
  comparison: Partial<Comparison> | null,
  view: RequestView,
): { readonly answer: AnswerKind | null; readonly request: readonly string[] } {
  return {
    answer: comparison === null ? null : answerKindOf(comparison),
    request: [
      ...(view.tools.length > 0 ? ["tools_offered"] : []),
      ...(view.asksForJson ? ["json_asked"] : []),
      ...(comparison?.refusal?.primary === true ? ["refusal"] : []),
      ...(primary.stream ? ["stream"] : []),
      ...((primary.usage?.input_tokens ?? 0) > LONG_PROMPT_TOKENS ? ["long_prompt"] : []),
    ],
  };
}
