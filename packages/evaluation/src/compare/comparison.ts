/** Why a pair must stay out of the statistics of answers. */
export type NotComparable =
  | "primary_failed"
  | "primary_partial"
  | "silent_failed"
  | "answered_by_fallback"
  | "parameters_changed"
  | "tools_stripped"
  | "text_redacted";

/** Figures that cost more than a glance and are skipped for answers that are too large. */
export type Skippable =
  | "normalised_match"
  | "edit_similarity"
  | "rouge_l"
  | "language_match"
  | "json_valid"
  | "json_equal"
  | "json_differences"
  | "schema_valid"
  | "tool_arguments_match"
  | "tool_arguments_valid";

/** One figure for each side. */
export interface BothSides {
  readonly primary: boolean;
  readonly silent: boolean;
}

/** Of the two texts; null when neither call has an answer to read, or both say nothing. */
export type TextFigures = {
  readonly exact_match: boolean | null;
  /** Equal but for Unicode form, letter case, whitespace and punctuation at the end. */
  readonly normalised_match: boolean | null;
  /** 1 - Levenshtein distance / length of the longer normalised text: 0 to 1. */
  readonly edit_similarity: number | null;
  /** ROUGE-L F1 over the words of the normalised texts: 0 to 1 (Lin 2004). */
  readonly rouge_l: number | null;
  /** UTF-16 code units; null when the primary's text is empty. */
  readonly length_ratio: number | null;
  readonly finish_reason_match: boolean | null;
  /** Null when either text is too short to tell its language. */
  readonly language_match: boolean | null;
};

/** What an answer is by itself; null when either side has no answer. */
export type FlagFigures = {
  /** Neither text, refusal nor tool call. */
  readonly empty: BothSides | null;
  /** The model stopped at its token limit. */
  readonly truncated: BothSides | null;
  /** The provider's own refusal field or content filter first; else a phrase that refusals begin with: likely, not sure. */
  readonly refusal: BothSides | null;
};

/** Where two JSON documents differ. `path` is a JSON pointer; a side that lacks the place has null there. */
export interface JsonDifference {
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
}

/** Of texts that are JSON objects or arrays. */
export type JsonFigures = {
  /** Null when neither text is one. */
  readonly json_valid: BothSides | null;
  /** Whatever the order of keys; null unless both are valid. */
  readonly json_equal: boolean | null;
  /** The first 20 places that differ (seen from the primary); null unless both are valid. Paths only: no text. */
  readonly json_differences: readonly JsonDifference[] | null;
  /** Against the request's own `response_format` schema; null when it has none, or one that cannot be used. */
  readonly schema_valid: BothSides | null;
};

/** Null when neither side calls a tool. Parallel calls have no order. */
export type ToolFigures = {
  readonly tool_count_match: boolean | null;
  readonly tool_names_match: boolean | null;
  /** The same tools with the same arguments, parsed. */
  readonly tool_arguments_match: boolean | null;
  /** Whether every call's arguments are valid against its tool's schema in the request; null without such a schema. */
  readonly tool_arguments_valid: BothSides | null;
};

/** Milliseconds of the models alone (no queue, no retries), tokens, USD. */
export type CostFigures = {
  readonly latency_difference_ms: number | null;
  readonly latency_ratio: number | null;
  readonly first_token_difference_ms: number | null;
  readonly first_token_ratio: number | null;
  /** Output tokens for each second after the first token; streamed answers only. */
  readonly tokens_per_second: { readonly primary: number | null; readonly silent: number | null };
  readonly tokens_per_second_difference: number | null;
  readonly tokens_per_second_ratio: number | null;
  readonly output_token_difference: number | null;
  readonly output_token_ratio: number | null;
  readonly cost_difference_usd: number | null;
  readonly cost_ratio: number | null;
  /** As though no provider had read from its cache. */
  readonly list_cost_difference_usd: number | null;
  readonly list_cost_ratio: number | null;
};

/** The rule by which two answers were found to agree or not. */
export type AgreementRule = "tool_calls" | "json" | "short_text" | "long_text" | "one_sided";

/**
 * A pair in figures, as it is stored and as the API gives it. Null: one side has nothing to take the figure from.
 * Differences are silent minus primary, ratios silent over primary.
 */
export type Comparison = TextFigures &
  FlagFigures &
  JsonFigures &
  ToolFigures &
  CostFigures & {
    /** Version of the rules behind the figures; pairs of different versions are not to be added up. */
    readonly normaliser: 2;
    readonly comparable: boolean;
    readonly not_comparable: readonly NotComparable[];
    /**
     * Whether the silent answer says what the primary's says, by the strictest rule that fits the kind of answer: tool
     * calls by names and arguments, JSON structurally, short texts by normalised equality, long ones by ROUGE-L of 0.5
     * or more. Null when that cannot be told. It is likeness, not quality: the control says how much differs by chance.
     */
    readonly agrees: boolean | null;
    readonly agreement_rule: AgreementRule | null;
    readonly skipped: readonly Skippable[];
  };
