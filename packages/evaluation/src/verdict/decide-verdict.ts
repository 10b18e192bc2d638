import { answerCriteria, type Question } from "./criteria.ts";
import { ALPHA, type Criterion, type Decision, type Verdict } from "./verdict.ts";
import { asPoints } from "./words.ts";

export interface VerdictInput extends Question {
  /** Whether the experiment is a control itself: it measures chance, and nobody takes over from itself. */
  readonly isControl: boolean;
}

/**
 * What the evidence says. To promote, every criterion must have passed, so that the chance of ever promoting a candidate
 * that is beyond any margin is that of the one criterion alone. One that has failed rejects: those chances add up, so each
 * has its share of alpha.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const criteria = answerCriteria(input);
  const decision = input.isControl ? "keep_watching" : decide(criteria);
  return {
    decision,
    reason: input.isControl ? controlReason(criteria) : reasonFor(decision, criteria),
    pairs: input.evidence.pairs,
    pairs_needed: input.isControl ? null : neededIn(decision, criteria),
    alpha: ALPHA,
    criteria,
  };
}

function decide(criteria: readonly Criterion[]): Decision {
  const asked = criteria.filter(({ state }) => state !== "off");
  if (asked.some(({ state }) => state === "fail")) return "reject";
  // Quick and cheap is no reason to take over: something must have been shown of the answers or of the errors.
  const worth = asked.some(({ name }) => name === "quality" || name === "errors");
  return worth && asked.every(({ state }) => state === "pass") ? "promote" : "keep_watching";
}

function reasonFor(decision: Decision, criteria: readonly Criterion[]): string {
  const of = (state: Criterion["state"]): string =>
    criteria
      .filter((criterion) => criterion.state === state)
      .map(({ reason }) => reason)
      .join("; ");
  switch (decision) {
    case "promote":
      return `within every margin: ${of("pass")}`;
    case "reject":
      return of("fail");
    case "keep_watching":
      return of("open") === "" ? "no margin asks for answers or errors" : `not decided yet: ${of("open")}`;
  }
}

function controlReason(criteria: readonly Criterion[]): string {
  const quality = criteria.find(({ name }) => name === "quality");
  if (quality?.estimate === null || quality === undefined) return "the control has no pairs yet";
  return `a control: it says how much answers differ by chance, ${asPoints(quality.estimate)} so far`;
}

function neededIn(decision: Decision, criteria: readonly Criterion[]): number | null {
  if (decision !== "keep_watching") return 0;
  const open = criteria.filter(({ state }) => state === "open").map(({ pairs_needed }) => pairs_needed);
  return open.length === 0 || open.includes(null) ? null : Math.max(...open.map((needed) => needed ?? 0));
}
