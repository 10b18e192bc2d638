import { distance } from "fastest-levenshtein";
import { longestCommon } from "./longest-common.ts";

/** Characters up to which the edit distance is taken: its time grows with their product. */
const MOST_CHARACTERS = 10_000;
/** Words up to which the longest common subsequence is taken, for the same reason. */
const MOST_WORDS = 1_500;

/** 1 - Levenshtein distance / length of the longer text; null for texts that are too long. */
export function editSimilarity(one: string, other: string): number | null {
  const longer = Math.max(one.length, other.length);
  if (longer > MOST_CHARACTERS) return null;
  return one === other ? 1 : 1 - distance(one, other) / longer;
}

/**
 * ROUGE-L: F1 of the longest common subsequence of words (Lin 2004, "ROUGE: A Package for Automatic Evaluation of
 * Summaries"); null for texts that are too long.
 */
export function rougeL(one: string, other: string): number | null {
  const left = wordsOf(one);
  const right = one === other ? left : wordsOf(other);
  if (left === null || right === null) return null;
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 1 : 0;
  const common = left === right ? left.length : longestCommon(left, right);
  return (2 * common) / (left.length + right.length);
}

const SEGMENTER = new Intl.Segmenter("en", { granularity: "word" });

/** Words as Unicode has them, so that Chinese and Japanese have some too; null when there are too many. */
function wordsOf(text: string): readonly string[] | null {
  const words: string[] = [];
  for (const { segment, isWordLike } of SEGMENTER.segment(text)) {
    if (isWordLike !== true) continue;
    if (words.length === MOST_WORDS) return null;
    words.push(segment);
  }
  return words;
}
