import type { Margins } from "@understudy/config";
import type { GuardStatus } from "@understudy/contracts";
import { asPercent, asPoints, asTimes, spelled } from "../verdict/words.ts";
import type { GuardQuestion } from "./questions.ts";

/** Under which condition it rolls back, as one sentence. */
export function rollsBackWhen({ name, nullLoss, margin, unit }: GuardQuestion, margins: Margins): string {
  if (unit === "share") return `over half of the answers are shown to take more than ${timesOf(margins)} as long`;
  const worse = name === "errors" ? "fail more often" : name === "likeness" ? "differ beyond chance" : "be worse";
  return `shown to ${worse} by more than ${asPoints(nullLoss)}, half the margin of ${asPoints(margin)}`;
}

/** Why it is rolled back. */
export function beyondInWords({ name, of, low, unit, margin }: GuardStatus, margins: Margins): string {
  const whose = of === "served" ? "in answers that clients got" : "over both halves";
  const least = low ?? 0;
  if (unit === "share")
    return `${spelled(name)} ${whose}: at least ${asPercent(least)} of them took more than ${timesOf(margins)} as long as the old model's`;
  return `${spelled(name)} ${whose}: at least ${asPoints(least)} worse; it rolls back beyond ${asPoints(margin / 2)}, half the margin`;
}

function timesOf({ latency }: Margins): string {
  return asTimes(latency ?? 1);
}
