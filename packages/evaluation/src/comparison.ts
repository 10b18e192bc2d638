/** Why a pair must stay out of the statistics of answers. */
export type NotComparable =
  | "primary_failed"
  | "primary_partial"
  | "silent_failed"
  | "answered_by_fallback"
  | "parameters_changed"
  | "tools_stripped";

/** Figures that cost more than a glance and are skipped for answers that are too large. */
export type Skippable = "normalised_match" | "json_valid" | "json_equal" | "tool_arguments_match";

/** Of the two texts; null when neither call has an answer to read, or both say nothing. */
export type TextFigures = {
  readonly exact_match: boolean | null;
  /** Equal but for Unicode form, letter case, whitespace and punctuation at the end. */
  readonly normalised_match: boolean | null;
  /** UTF-16 code units; null when the primary's text is empty. */
  readonly length_ratio: number | null;
  readonly finish_reason_match: boolean | null;
};

/** Of texts that are JSON objects or arrays. */
export type JsonFigures = {
  /** Null when neither text is one. */
  readonly json_valid: { readonly primary: boolean; readonly silent: boolean } | null;
  /** Whatever the order of keys; null unless both are valid. */
  readonly json_equal: boolean | null;
};

/** Null when neither side calls a tool. Parallel calls have no order. */
export type ToolFigures = {
  readonly tool_names_match: boolean | null;
  /** The same tools with the same arguments, parsed. */
  readonly tool_arguments_match: boolean | null;
};

/** Milliseconds of the models alone (no queue, no retries), tokens, USD. */
export type CostFigures = {
  readonly latency_difference_ms: number | null;
  readonly latency_ratio: number | null;
  readonly first_token_difference_ms: number | null;
  readonly output_token_ratio: number | null;
  readonly cost_difference_usd: number | null;
  readonly cost_ratio: number | null;
};

/**
 * A pair in figures, as it is stored and as the API gives it. Null: one side has nothing to take the figure from.
 * Differences are silent minus primary, ratios silent over primary.
 */
export type Comparison = TextFigures &
  JsonFigures &
  ToolFigures &
  CostFigures & {
    /** Version of the rules behind the figures; pairs of different versions are not to be added up. */
    readonly normaliser: 1;
    readonly comparable: boolean;
    readonly not_comparable: readonly NotComparable[];
    readonly skipped: readonly Skippable[];
  };
