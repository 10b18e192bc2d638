import { type BothTexts, readBoth } from "./texts/both-texts.ts";
import type { Finding } from "./figures.ts";
import { changesOf } from "./facts/facts.ts";
import { type Hunk, hunksOf } from "./texts/hunks.ts";
import { isPolite } from "./texts/politeness.ts";
import { inOneOrder, isContent, type Shared, sharedWords } from "./texts/shared-words.ts";
import type { Token } from "./texts/tokens.ts";

/** Share of content words in common below which two texts are about something else, if either has facts of its own. */
const UNRELATED = 0.12;
/** Content words that it takes to speak of a topic. */
const FEWEST_WORDS = 5;
/** Without facts to tell by, it takes as many words, of which hardly one is common. */
const WORDS_WITHOUT_FACTS = 12;
const HARDLY_ONE = 0.05;
/** Share of content words in common from which the same facts make the same text. */
const RESTATED = 0.8;

/** What is known of two long texts: whether they agree, and what else a reader of fields asks. */
export interface LongFinding extends Finding, Pick<Shared, "overlap" | "lacks"> {
  /** Whether one word stands where the other text has another, in what is else nearly the same text. */
  readonly replaced: boolean;
}

/**
 * Compares two texts by their facts: numbers, names, denials, opposites. A conflict is a disagreement; equal facts in
 * nearly the same words are an agreement; all else is unclear. How many words are common is never enough by itself.
 */
export function compareLong(primary: string, silent: string, both: BothTexts = readBoth(primary, silent)): LongFinding {
  const { whole } = both;
  const hunks = hunksOf(both.words.left, both.words.right);
  const shared = sharedWords(both);
  const found = { overlap: shared.overlap, lacks: shared.lacks, replaced: false };
  if (hunks.length === 0) return { ...found, agrees: whole ? true : null, reason: whole ? "same_form" : "too_large" };
  if (isAddedPolitely(both, hunks)) return { ...found, agrees: true, reason: "contained" };
  const changes = changesOf(both, hunks);
  const conflict = changes.find((change) => typeof change !== "string");
  if (typeof conflict === "object") return { ...found, agrees: false, reason: conflict.conflict };
  const replaced = changes.includes("reworded") && shared.restated >= RESTATED;
  const reworded = changes.includes("reworded") || !whole || shared.denies || addsContent(both, hunks);
  return { ...found, replaced, ...byFacts(both, shared, reworded) };
}

function byFacts(both: BothTexts, shared: Shared, reworded: boolean): Finding {
  const { smaller, overlap, lacks, restated } = shared;
  if (shared.otherNumbers) return { agrees: false, reason: "other_number" };
  const unrelated = lacks
    ? smaller >= FEWEST_WORDS && overlap < UNRELATED
    : smaller >= WORDS_WITHOUT_FACTS && overlap < HARDLY_ONE;
  if (unrelated) return { agrees: false, reason: "unrelated" };
  if (lacks) return { agrees: null, reason: "missing_facts" };
  if (reworded || restated < RESTATED || !inOneOrder(both)) return { agrees: null, reason: "reworded" };
  return { agrees: true, reason: "same_facts" };
}

/** Words of content that a stretch has alone, from which it goes on about something that the other text does not mention. */
const FRESH = 2;

function addsContent({ left, right }: BothTexts, hunks: readonly Hunk[]): boolean {
  const [here, there] = [left, right].map((tokens) => new Set(tokens.map(({ stem }) => stem)));
  const fresh = (tokens: readonly Token[], others: ReadonlySet<string> | undefined) =>
    tokens.filter(({ sort, stem }) => isContent(sort) && others?.has(stem) !== true).length >= FRESH;
  return hunks.some((hunk) => {
    const [mine, theirs] = [left.slice(...hunk.left), right.slice(...hunk.right)];
    return (theirs.length === 0 && fresh(mine, there)) || (mine.length === 0 && fresh(theirs, here));
  });
}

/** Whether one text is the other with no more than courtesies around it. */
function isAddedPolitely({ texts, left, right }: BothTexts, hunks: readonly Hunk[]): boolean {
  if (hunks.length > 2) return false;
  const added = (side: "left" | "right", length: number) =>
    hunks.every((hunk) => {
      const other = side === "left" ? hunk.right : hunk.left;
      const here = hunk[side];
      return other[0] === other[1] && (here[0] === 0 || here[1] === length);
    });
  if (added("right", right.length)) return isPolite(texts.right, texts.left);
  return added("left", left.length) && isPolite(texts.left, texts.right);
}
