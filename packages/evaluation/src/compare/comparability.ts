import { type CallRecord, type Change, CHANGES_QUESTION } from "@understudy/contracts";
import type { NotComparable } from "./figures.ts";

const TOOLS = new Set(["tools", "functions"]);

/** Every reason for which the two answers are not answers to the same question; empty when they are. */
export function reasonsNotToCompare(primary: CallRecord, silent: CallRecord): readonly NotComparable[] {
  const lostOnOneSide = differenceOf(lostParameters(primary), lostParameters(silent));
  const reasons: readonly [NotComparable, boolean][] = [
    ["primary_failed", primary.status === "error" || (primary.status === "ok" && primary.answer === null)],
    ["primary_partial", primary.status === "partial"],
    ["silent_failed", silent.status !== "ok" || silent.answer === null],
    ["answered_by_fallback", answeredByFallback(primary) || answeredByFallback(silent)],
    ["parameters_changed", lostOnOneSide.some((param) => !TOOLS.has(param))],
    ["tools_stripped", lostOnOneSide.some((param) => TOOLS.has(param))],
  ];
  return reasons.filter(([, holds]) => holds).map(([reason]) => reason);
}

function answeredByFallback({ answered_by, model_group }: CallRecord): boolean {
  return answered_by !== null && answered_by !== model_group;
}

function lostParameters({ changes }: CallRecord): ReadonlySet<string> {
  return new Set(changes.filter(isLoss).map(({ param }) => rootOf(param)));
}

function isLoss({ action, param }: Change): boolean {
  const lost = action === "dropped" || action === "stripped";
  return lost && CHANGES_QUESTION[rootOf(param)] === true && !param.endsWith("cache_control");
}

/** `tools` of `tools[0].function.strict`. */
function rootOf(param: string): string {
  return /^[^.[]*/.exec(param)?.[0] ?? param;
}

/** A parameter that both calls lost makes no difference between them. */
function differenceOf(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...[...one].filter((param) => !other.has(param)), ...[...other].filter((param) => !one.has(param))];
}
