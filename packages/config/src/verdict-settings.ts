import type { VerdictSettings } from "./config.ts";
import { POSITIVE } from "./number-rule.ts";
import type { Section } from "./section.ts";

export const VERDICT_KEYS = ["minimum_span", "conversation_horizon", "max_call_usd", "likeness"] as const;

const HOUR_MS = 3_600_000;

export const DEFAULT_VERDICT: VerdictSettings = {
  minimumSpanMs: 24 * HOUR_MS,
  horizonMs: HOUR_MS,
  maxCallUsd: null,
  likeness: "points",
};

/** Reads `verdict` of `section`; what it does not say is `fallback`. */
export function readVerdictSettings(section: Section | null, fallback: VerdictSettings): VerdictSettings {
  const verdict = section?.section("verdict") ?? null;
  if (verdict === null) return fallback;
  const given = {
    minimumSpanMs: verdict.duration("minimum_span") ?? fallback.minimumSpanMs,
    horizonMs: verdict.duration("conversation_horizon") ?? fallback.horizonMs,
    maxCallUsd:
      verdict.raw("max_call_usd") === null ? null : (verdict.number("max_call_usd", POSITIVE) ?? fallback.maxCallUsd),
    likeness: verdict.choice("likeness", ["points", "share"]) ?? fallback.likeness,
  };
  verdict.rejectRest(VERDICT_KEYS);
  return given;
}
