import { distance } from "fastest-levenshtein";
import type { BothTexts } from "./both-texts.ts";
import { longestCommon } from "./longest-common.ts";

/** Product of two texts' characters up to which the edit distance is taken: its time grows with it. */
const MOST_EDITS = 2_000_000;
/** 1 - Levenshtein distance / length of the longer text; null for texts that are too long. */
export function editSimilarity(one: string, other: string): number | null {
  const longer = Math.max(one.length, other.length);
  if (one === other) return 1;
  return one.length * other.length > MOST_EDITS ? null : 1 - distance(one, other) / longer;
}

/**
 * ROUGE-L: F1 of the longest common subsequence of words (Lin 2004, "ROUGE: A Package for Automatic Evaluation of
 * Summaries"), Chinese and Japanese sign by sign; null for texts that were not read whole.
 */
export function rougeL({ words, whole }: BothTexts): number | null {
  const { left, right } = words;
  if (!whole) return null;
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 1 : 0;
  return (2 * longestCommon(left, right)) / (left.length + right.length);
}
