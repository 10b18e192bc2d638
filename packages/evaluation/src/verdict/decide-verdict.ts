import { answerCriteria, type Question } from "./criteria.ts";
import { ALPHA, type Criterion, type Decision, type Verdict } from "./verdict.ts";
import { asPoints } from "./words.ts";

export interface VerdictInput extends Question {
  /** Whether the experiment is a control itself: it measures chance, and nobody takes over from itself. */
  readonly isControl: boolean;
}

const LIST = new Intl.ListFormat("en-GB");

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
    reason: input.isControl ? controlReason(criteria) : reasonFor(decision, criteria, input.evidence.pairs),
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

function reasonFor(decision: Decision, criteria: readonly Criterion[], pairs: number): string {
  const of = (state: Criterion["state"]): readonly Criterion[] => criteria.filter((one) => one.state === state);
  switch (decision) {
    case "promote":
      return `within the ${of("pass").length === 1 ? "margin" : "margins"} of ${listed(of("pass"))}`;
    case "reject": {
      const [worst, ...others] = of("fail");
      return `${worst?.reason ?? ""}${others.length === 0 ? "" : `; beyond its margin too: ${listed(others)}`}`;
    }
    case "keep_watching":
      if (pairs === 0) return "no pairs yet";
      return of("open").length === 0 ? "no margin asks for answers or errors" : whatIsOpen(of("open"));
  }
}

/** What is open, and what it hangs on: something to be done, or so many more pairs. */
function whatIsOpen(open: readonly Criterion[]): string {
  const stuck = open.find(({ note }) => note !== null);
  if (stuck !== undefined) return `open: ${listed(open)}; ${stuck.name} ${stuck.note}`;
  const unforeseen = open.filter(({ pairs_needed }) => pairs_needed === null);
  if (unforeseen.length > 0)
    return `open: ${listed(open)}; how many more pairs ${listed(unforeseen)} takes cannot be told`;
  const last = open.reduce((most, one) => ((one.pairs_needed ?? 0) > (most.pairs_needed ?? 0) ? one : most));
  const which = open.length === 1 ? "" : `, ${last.name} last`;
  return `open: ${listed(open)}; about ${last.pairs_needed} more pairs${which}`;
}

/** `quality, errors and cost`. */
function listed(criteria: readonly Criterion[]): string {
  return LIST.format(criteria.map(({ name }) => name));
}

function controlReason(criteria: readonly Criterion[]): string {
  const quality = criteria.find(({ name }) => name === "quality");
  if (quality?.estimate === null || quality === undefined) return "no pairs yet";
  return `${asPoints(quality.estimate)} of its answers differ by chance alone`;
}

function neededIn(decision: Decision, criteria: readonly Criterion[]): number | null {
  if (decision !== "keep_watching") return 0;
  const open = criteria.filter(({ state }) => state === "open").map(({ pairs_needed }) => pairs_needed);
  return open.length === 0 || open.includes(null) ? null : Math.max(...open.map((needed) => needed ?? 0));
}
