/** Why a pair must stay out of the statistics of answers. */
export type NotComparable =
  | "primary_failed"
  | "primary_partial"
  | "silent_failed"
  | "answered_by_fallback"
  | "parameters_changed"
  | "tools_stripped"
  | "text_redacted"
  /** To compare them would have taken more time or memory than a pair is given. */
  | "too_expensive";

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
  | "tool_arguments_valid"
  /** Only what differs, or the beginning of it, was read for facts. */
  | "facts"
  /** Only the first inputs' vectors were ranked. */
  | "inputs";

/** One figure for each side. */
export interface BothSides {
  readonly primary: boolean;
  readonly silent: boolean;
}

/** Of the two texts; null when neither call has an answer to read, or both say nothing. */
export type TextFigures = {
  /** Equal but for Unicode form, letter case, whitespace and punctuation at the end. */
  readonly normalised_match: boolean | null;
  /** 1 - Levenshtein distance / length of the longer normalised text: 0 to 1. */
  readonly edit_similarity: number | null;
  /** ROUGE-L F1 over the words of the normalised texts: 0 to 1 (Lin 2004). */
  readonly rouge_l: number | null;
  /** UTF-16 code units; null when the primary's text is empty. */
  readonly length_ratio: number | null;
  /** Whether each answers in the primary's language, or in the question's; null when that cannot be told. */
  readonly language_kept: BothSides | null;
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
  /**
   * Null when neither text is one. Where the request asks for JSON, the bare text; else a fence or a line of prose around
   * it counts as none.
   */
  readonly json_valid: BothSides | null;
  /** Whatever the order of keys; null unless both are valid. */
  readonly json_equal: boolean | null;
  /** The first 20 places that differ (seen from the primary); null unless both are valid. Paths only: no text. */
  readonly json_differences: readonly JsonDifference[] | null;
  /** Against the request's own `response_format` schema; null when it has none, or one that cannot be used. */
  readonly schema_valid: BothSides | null;
};

/** Null when neither side calls a tool, but for `tool_choice_kept`. Parallel calls have no order. */
export type ToolFigures = {
  readonly tool_count_match: boolean | null;
  readonly tool_names_match: boolean | null;
  /** The same tools with arguments that mean the same to them: defaults filled in, sentences by their facts. Null: unclear. */
  readonly tool_arguments_match: boolean | null;
  /** Whether every call's arguments are valid against its tool's schema in the request; null without such a schema. */
  readonly tool_arguments_valid: BothSides | null;
  /** Whether `tool_choice` was kept to (none, required, a named tool); null where the request leaves it open. */
  readonly tool_choice_kept: BothSides | null;
  /** Whether all tools called are on offer in the request; null where that is not known. */
  readonly tools_offered: BothSides | null;
};

/** Of answers in vectors alone: absent in all others. */
export type VectorFigures = {
  /** As many vectors as there were inputs, all of them numbers. */
  readonly vectors_whole: BothSides | null;
  /** Whether both models' vectors have as many numbers; null where one side's differ among themselves, or none came. */
  readonly dimensions_match: boolean | null;
  /** Whether vectors have as many numbers as the request asks for; null where it does not. */
  readonly dimensions_kept: BothSides | null;
  /**
   * Spearman's correlation of how near each two inputs lie by one model and by the other: -1 to 1. Null for fewer than three
   * inputs, and where one side ranks nothing.
   */
  readonly rank_correlation: number | null;
  /** Share of the inputs that have the same nearest neighbour by both, 0 to 1; null like the one before. */
  readonly same_nearest: number | null;
  /** Inputs that these two are of: the first, 32 at the most. */
  readonly inputs_ranked: number | null;
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

/** What a request and the primary's answer to it are; the candidate's own answer never moves a pair to another kind. */
export type AnswerKind =
  /** The primary calls tools. */
  | "tool_calls"
  /** JSON of labels and numbers. */
  | "json"
  /** JSON that has sentences in it, too. */
  | "json_text"
  /** A label, a number, a name: up to 64 characters and 8 words. */
  | "closed"
  /** Mainly a program in fences. */
  | "code"
  | "long_text"
  | "refusal"
  | "empty"
  /** Vectors of five inputs or more. */
  | "embeddings"
  /** Vectors of so few inputs, or so alike, that there is no ranking to agree with. */
  | "unranked_embeddings";

/** The rule by which two answers were found to agree or not. */
export type AgreementRule =
  | "tool_calls"
  | "json"
  | "short_text"
  | "long_text"
  | "one_sided"
  | "code"
  | "refusal"
  | "similarity_ranks";

/** Why two answers agree, do not, or cannot be told; a code, so that nothing of the answers is in it. */
export type Reason =
  // They agree.
  | "identical"
  | "same_form"
  | "same_value"
  | "same_items"
  | "same_facts"
  | "contained"
  | "both_refuse"
  | "same_ranks"
  // They do not.
  | "one_empty"
  | "one_refuses"
  | "one_truncated"
  | "one_calls_tools"
  | "other_language"
  | "other_number"
  | "other_name"
  | "other_value"
  | "other_items"
  | "other_code"
  | "other_structure"
  | "other_tools"
  | "other_arguments"
  | "negated"
  | "opposite"
  | "invalid_json"
  | "unrelated"
  | "missing_vectors"
  | "other_ranks"
  | "other_nearest"
  // It cannot be told, here.
  | "both_empty"
  | "both_truncated"
  | "other_order"
  | "missing_facts"
  | "reworded"
  | "nothing_to_rank"
  | "too_large";

/** What a rule found. `agrees` is null for unclear: a judge, checks or people can settle it, word counts cannot. */
export interface Finding {
  readonly agrees: boolean | null;
  readonly reason: Reason;
}

/** `unmeasured`: nothing to compare, cut short, or too large; it counts as a disagreement. `unclear` needs a judge. */
export type Likeness = "same" | "different" | "unclear" | "unmeasured";
