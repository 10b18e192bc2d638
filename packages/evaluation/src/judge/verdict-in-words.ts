import { type Choice, choiceOf, NOUN } from "./choice.ts";

const LABEL =
  /^\W*(?:(?:my|the|final|overall|so|therefore)\W+)*(?:better(?: answer)?|verdict|winner|choice|preference|decision|judge?ment|conclusion|answer|result)(?:\W+(?:is|goes to))?\W*[:=\-–—]?\s*(\S.{0,58})$/i;
const MARKS =
  /\[\[([^[\]\n]{1,20})\]\]|<(verdict|better|answer|winner|choice)>([^<\n]{1,30})<\/\2>|\\boxed\{([^{}\n]{1,20})\}/gi;
/** Long enough to be a sentence of somebody else's; `"Answer B"` is not. */
const QUOTATIONS = /"[^"\n]{13,}"|“[^”\n]{13,}”|`[^`\n]{13,}`|(?<=[\s(:,])'[^'\n]{13,}'(?=[\s.,;:!?)]|$)|^[ \t]*>.*$/gm;

/** The second is a bare letter: it must be a capital one, or every `a` would be an answer. */
const THING = `(?:the )?(?:${NOUN} ["'“*(]*([ab])\\b|["'“*(]*([ab])\\b)`;
const ADVERB =
  "(?:(?:clearly|slightly|somewhat|much|far|marginally|overall|definitely|significantly|generally|also|a bit|the|by far) ){0,3}";
const GOOD =
  "(?:better|best|superior|stronger|preferable|winner|preferred|more (?:accurate|correct|helpful|complete|useful|precise))";
const CLAIMS: readonly (readonly [RegExp, "this" | "other"])[] = (
  [
    [`\\b(?:prefer|choose|pick|favou?r|select|go with|(?:vote|opt) for|lean towards?) ${THING}`, "this"],
    [`\\b${THING}["'”*)]* is ${ADVERB}${GOOD}\\b`, "this"],
    [
      `\\b${THING}["'”*)]* (?:wins|(?:serves|answers|helps) .{1,30}? better|better (?:serves|answers|addresses|follows|meets))\\b`,
      "this",
    ],
    [`\\b(?:better|best|winning|preferred|superior)(?: (?:${NOUN}|one|of the two))? (?:is|would be) ${THING}`, "this"],
    [`\\bwinner (?:is|:) ?${THING}`, "this"],
    [`\\b${THING}["'”*)]* is ${ADVERB}(?:worse|inferior|weaker)\\b`, "other"],
  ] as const
).map(([source, which]) => [new RegExp(source, "gi"), which]);
const TIE_CLAIM =
  /\b(?:it(?:'s| is) a (?:tie|draw)|(?:call|say|is|are|verdict:?) (?:this |it )?(?:a )?(?:tie|tied|draw|equal)\b|equally (?:good|well|correct|helpful|accurate|useful)|neither (?:answer |response )?is better|no (?:clear |real )?(?:preference|winner)|(?:answers|responses|they|both) (?:are|is) (?:tied|equal)\b)/i;
/** No verdict of this judge's: a condition, a doubt, or somebody's words. */
const HEDGED =
  /\b(?:whether|if|either|unless|would|could|might|may|perhaps|maybe|hard to|difficult to|depends|says?|said|claim(?:s|ed)?|states?|stated|asserts?|insists?|writes?|wrote|tells|instructs?|tries)\b|\b[AB](?: or |\/)(?:the )?(?:answer |response )?[AB]\b/i;
const NEGATED = /(?:\bnot|n't|n’t|\bnever|\bcannot|\bneither)\b[^,;]{0,25}$/i;
const CONCLUDES =
  /^\W*(?:overall|therefore|thus|hence|so|in (?:conclusion|sum|summary|the end)|on balance|finally|all in all|my verdict|for (?:this|these) reasons?)\b/i;

/** The verdict that prose states, all of it agreeing or with a conclusion at its end; null for none, or for more than one. */
export function verdictInWords(text: string): Choice | null {
  const plain = text.replace(QUOTATIONS, " ");
  return agreed(marksIn(plain)) ?? agreed(linesIn(plain)) ?? claimed(plain);
}

function marksIn(text: string): readonly (Choice | null)[] {
  return [...text.matchAll(MARKS)].map(([, bracketed, , tagged, boxed]) =>
    choiceOf(bracketed ?? tagged ?? boxed ?? ""),
  );
}

/** Lines that are a choice or a labelled one: `B`, `Verdict: tie`. */
function linesIn(text: string): readonly (Choice | null)[] {
  return text.split("\n").flatMap((line) => {
    const bare = choiceOf(line) ?? choiceOf(LABEL.exec(line.slice(0, 200))?.[1] ?? "");
    return bare === null ? [] : [bare];
  });
}

function agreed(choices: readonly (Choice | null)[]): Choice | null {
  const [first = null, ...rest] = choices;
  return rest.every((choice) => choice === first) ? first : null;
}

function claimed(text: string): Choice | null {
  const claims = text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => ({ sentence, choices: claimsIn(sentence) }))
    .filter(({ choices }) => choices.length > 0);
  const last = claims.at(-1);
  if (last !== undefined && CONCLUDES.test(last.sentence)) return agreed(last.choices);
  return agreed(claims.flatMap(({ choices }) => choices));
}

const LONGEST_SENTENCE = 600;

function claimsIn(sentence: string): readonly Choice[] {
  if (sentence.length > LONGEST_SENTENCE || HEDGED.test(sentence)) return [];
  const said = CLAIMS.flatMap(([pattern, which]) => {
    const match = [...sentence.matchAll(pattern)].find(([, , bare]) => bare === undefined || /[AB]/.test(bare));
    if (match === undefined || NEGATED.test(sentence.slice(0, match.index))) return [];
    const isA = (match[1] ?? match[2])?.toUpperCase() === "A";
    return [isA === (which === "this") ? "A" : "B"] as const;
  });
  return TIE_CLAIM.test(sentence) ? [...said, "tie"] : said;
}
