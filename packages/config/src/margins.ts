import type { Margins } from "./config.ts";
import { FRACTION, type NumberRule } from "./number-rule.ts";
import type { Section } from "./section.ts";

export const MARGIN_KEYS = ["quality_loss", "judge", "error_rate", "latency", "p95_latency", "cost"] as const;

export const DEFAULT_MARGINS: Margins = {
  qualityLoss: 0.05,
  judge: 0.1,
  errorRate: 0.02,
  latency: 1.2,
  p95Latency: 1.2,
  cost: 1.1,
};

/** Below this a candidate would have to be several times better than the primary: a percentage was meant, or a slip. */
const RATIO: NumberRule = { min: 0.1 };

/** Reads `margins` of `section`; what it does not say is `fallback`. A margin written as null is not asked for. */
export function readMargins(section: Section | null, fallback: Margins): Margins {
  const margins = section?.section("margins") ?? null;
  if (margins === null) return fallback;
  const read = (key: (typeof MARGIN_KEYS)[number], rule: NumberRule, otherwise: number | null): number | null =>
    margins.raw(key) === null ? null : (margins.number(key, rule) ?? otherwise);
  const given = {
    qualityLoss: read("quality_loss", FRACTION, fallback.qualityLoss),
    judge: read("judge", FRACTION, fallback.judge),
    errorRate: read("error_rate", FRACTION, fallback.errorRate),
    latency: read("latency", RATIO, fallback.latency),
    p95Latency: read("p95_latency", RATIO, fallback.p95Latency),
    cost: read("cost", RATIO, fallback.cost),
  };
  margins.rejectRest(MARGIN_KEYS);
  return given;
}
