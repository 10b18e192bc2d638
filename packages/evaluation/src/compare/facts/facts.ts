import type { BothTexts } from "../texts/both-texts.ts";
import type { Reason } from "../figures.ts";
import type { Hunk } from "../texts/hunks.ts";
import type { Token } from "../texts/tokens.ts";
import { areOpposite, areRivals } from "../texts/words-of-meaning.ts";

/** Words on either side up to which a place that differs is a phrase for a phrase. */
const MOST_IN_PHRASE = 4;
/** Words around it that are the same, or it is chance that they stand opposite each other. */
const LEAST_AROUND = 3;

type Sides = Pick<BothTexts, "left" | "right">;

/** What one place that differs says: a conflict of facts, another word that may be a fact, or nothing. */
export type FactChange = { readonly conflict: Reason } | "reworded" | "nothing";

/** Judges every place that differs; the first conflict ends it. */
export function changesOf(sides: Sides, hunks: readonly Hunk[]): readonly FactChange[] {
  const names = namesIn(sides);
  const changes: FactChange[] = [];
  for (const [index, hunk] of hunks.entries()) {
    const around = aroundOf(sides, hunks, index);
    if (around === null) continue;
    const change = changeOf(part(sides.left, hunk.left), part(sides.right, hunk.right), names);
    // A word for another is one phrase in another's place only where its neighbours on both sides stay.
    changes.push(change === "reworded" && Math.min(...around) < 2 ? "nothing" : change);
    if (typeof change !== "string") break;
  }
  return changes;
}

/** A name at the start of a sentence is known by another place that has it inside one. */
function namesIn({ left, right }: Sides): ReadonlySet<string> {
  const names = new Set<string>();
  for (const tokens of [left, right]) for (const { sort, word } of tokens) if (sort === "name") names.add(word);
  return names;
}

function part(tokens: readonly Token[], [from, to]: readonly [number, number]): readonly Token[] {
  return tokens.slice(from, to);
}

/** How many words are the same before and after a short place, Infinity at an end of the text; null where they are too few. */
function aroundOf({ left, right }: Sides, hunks: readonly Hunk[], index: number): readonly [number, number] | null {
  const hunk = hunks[index] as Hunk;
  const longest = Math.max(hunk.left[1] - hunk.left[0], hunk.right[1] - hunk.right[0]);
  if (longest > MOST_IN_PHRASE) return null;
  const before = hunk.left[0] - (hunks[index - 1]?.left[1] ?? 0);
  const after = (hunks[index + 1]?.left[0] ?? left.length) - hunk.left[1];
  if (before + after < LEAST_AROUND) return null;
  const first = hunk.left[0] === 0 || hunk.right[0] === 0;
  const last = hunk.left[1] === left.length || hunk.right[1] === right.length;
  return [first ? Infinity : before, last ? Infinity : after];
}

function changeOf(left: readonly Token[], right: readonly Token[], names: ReadonlySet<string>): FactChange {
  if (count(left, "negation") !== count(right, "negation")) return { conflict: "negated" };
  const [numbers, others] = [wordsOfSort(left, "number"), wordsOfSort(right, "number")];
  if (numbers.length > 0 && others.length > 0 && numbers.join(" ") !== others.join(" "))
    return { conflict: "other_number" };
  for (const one of left) {
    for (const other of right) {
      if (areOpposite(one.word, other.word)) return { conflict: "opposite" };
      if (areRivals(one.word, other.word)) return { conflict: "other_value" };
    }
  }
  if (marksIn(left) !== marksIn(right) && left.length > 0 && right.length > 0) return { conflict: "other_value" };
  return namesOrWords(left, right, names);
}

function namesOrWords(left: readonly Token[], right: readonly Token[], names: ReadonlySet<string>): FactChange {
  const [here, there] = [left, right].map((tokens) =>
    tokens.filter(({ sort, word }) => sort === "name" || names.has(word)),
  );
  const [one, other] = [here, there].map((named) => named?.map(({ word }) => word).join(" "));
  if (one !== other && one !== "" && other !== "") return { conflict: "other_name" };
  const said = (tokens: readonly Token[]) =>
    tokens.some(({ sort }) => sort === "content" || sort === "name" || sort === "number");
  return said(left) && said(right) && !alike(left, right) ? "reworded" : "nothing";
}

/** Forms of one word: `medicine` and `medicines`. */
function alike(left: readonly Token[], right: readonly Token[]): boolean {
  const within = (tokens: readonly Token[], others: readonly Token[]) =>
    tokens.every(({ sort, stem }) => sort === "function" || others.some((other) => other.stem === stem));
  return within(left, right) && within(right, left);
}

function count(tokens: readonly Token[], wanted: Token["sort"]): number {
  return tokens.filter(({ sort }) => sort === wanted).length;
}

function wordsOfSort(tokens: readonly Token[], wanted: Token["sort"]): readonly string[] {
  return tokens.filter(({ sort }) => sort === wanted).map(({ word }) => word);
}

function marksIn(tokens: readonly Token[]): string {
  return wordsOfSort(tokens, "mark").join(" ");
}
