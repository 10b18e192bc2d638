import type { Asked, Solver } from "./asked.ts";
import { errs } from "./asked.ts";
import { sentencesOf } from "./language.ts";

const CUE =
  /\b(?:summari[sz]e|summary|tl;?dr|sum up|in one sentence|key points|fasse|zusammenfass\w*|résume[rz]?|résumé|resume|resumen)\b|要約|总结|概括/i;
const BULLETS = /\b(?:bullet|key points|Stichpunkte|points clés)\b/i;
const ONE = /\b(?:one sentence|single sentence|tl;?dr|einem Satz|une phrase|una frase)\b|一文|一句/i;

/** Summarises by picking sentences: the first, and others that models of different manners choose differently. */
export const summarize: Solver = (asked) => {
  if (!CUE.test(asked.question)) return null;
  const sentences = passageOf(asked.question);
  if (sentences.length < 2) return null;
  const chosen = chooseSentences(sentences, asked);
  if (BULLETS.test(asked.question)) return chosen.map((sentence) => `- ${sentence}`).join("\n");
  const opener = asked.language === "en" && asked.dice.own("opener") > asked.profile.plainness ? "In short: " : "";
  return opener + chosen.join(" ");
};

function passageOf(question: string): readonly string[] {
  const sentences = sentencesOf(question);
  const instruction = /[:\n]/.exec(question);
  if (instruction === null || instruction.index > 200) return sentences.filter((sentence) => !CUE.test(sentence));
  return sentencesOf(question.slice(instruction.index + 1));
}

function chooseSentences(sentences: readonly string[], asked: Asked): readonly string[] {
  const wanted = ONE.test(asked.question)
    ? 1
    : 1 + Math.round(asked.profile.verbosity * 2 + asked.dice.shared("length"));
  const misses = errs(asked);
  const weighed = sentences.map((sentence, index) => {
    const lead = index === 0 && !misses ? 2 : 0;
    const weight = lead + asked.dice.shared(`weight ${index}`) + 0.4 * asked.dice.own(`weight ${index}`);
    return { sentence, index, weight };
  });
  const kept = weighed.toSorted((one, other) => other.weight - one.weight).slice(0, wanted);
  return kept.toSorted((one, other) => one.index - other.index).map(({ sentence }) => sentence);
}
