import type { Comparison } from "./comparison.ts";
import type { BothSides } from "./figures.ts";

/** What a deterministic check says of one answer; null where the request or the answer gives it nothing to check. */
export type CheckResult = "pass" | "fail" | null;

export const CHECKS = [
  "answered",
  "complete",
  "no_refusal",
  "json",
  "schema",
  "tool_choice",
  "tools_offered",
  "tool_arguments",
  "language",
  "vectors",
  "dimensions",
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  readonly primary: CheckResult;
  readonly silent: CheckResult;
}

/** The figure of each check, and whether it must hold or must not. */
const FIGURES: Readonly<Record<CheckName, { readonly of: keyof Comparison; readonly must: boolean }>> = {
  answered: { of: "empty", must: false },
  complete: { of: "truncated", must: false },
  no_refusal: { of: "refusal", must: false },
  json: { of: "json_valid", must: true },
  schema: { of: "schema_valid", must: true },
  tool_choice: { of: "tool_choice_kept", must: true },
  tools_offered: { of: "tools_offered", must: true },
  tool_arguments: { of: "tool_arguments_valid", must: true },
  language: { of: "language_kept", must: true },
  vectors: { of: "vectors_whole", must: true },
  dimensions: { of: "dimensions_kept", must: true },
};

/** Both sides' checks, always all of them and in one order. Takes stored comparisons of any version. */
export function checksOf(comparison: Partial<Comparison>): readonly Check[] {
  return CHECKS.map((name) => {
    const { of, must } = FIGURES[name];
    const figure = (applies(name, comparison) ? (comparison[of] ?? null) : null) as BothSides | null;
    const result = (side: "primary" | "silent"): CheckResult =>
      figure === null ? null : figure[side] === must ? "pass" : "fail";
    return { name, primary: result("primary"), silent: result("silent") };
  });
}

/** JSON is no merit where it was neither asked for nor answered by the primary. */
function applies(name: CheckName, { kind }: Partial<Comparison>): boolean {
  return name !== "json" || kind === undefined || kind === "json" || kind === "json_text";
}
