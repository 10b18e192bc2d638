import { say, type Solver } from "./asked.ts";
import { GLOSSARY, PHRASEBOOK, type Tongue } from "./phrasebook.ts";

const TARGET =
  /\b(?:translate|translation|übersetze|traduis|traduire|traduce|say|how do you say)\b[\s\S]{0,200}?\b(?:in|into|to|ins|auf|en|al|nach)\s+(english|german|french|spanish|italian|japanese|chinese|englische?|deutsche?|französische?|spanische?|anglais|allemand|français|espagnol|inglés|alemán|francés|español)\b/iu;

const TONGUES: readonly (readonly [RegExp, Tongue])[] = [
  [/^(?:engl|angl|ingl)/i, "en"],
  [/^(?:germ|deut|alle|alem)/i, "de"],
  [/^(?:fr)/i, "fr"],
  [/^(?:span|espa)/i, "es"],
  [/^ital/i, "it"],
  [/^japa/i, "ja"],
  [/^chin/i, "zh"],
];

/** Translates phrases of its phrasebook; other texts word by word as far as its glossary goes. */
export const translate: Solver = (asked) => {
  const target = TARGET.exec(asked.question)?.[1];
  const tongue = TONGUES.find(([name]) => name.test(target ?? ""))?.[1];
  const text = textToTranslate(asked.question);
  if (tongue === undefined || text === null) return null;
  const known = PHRASEBOOK.find((phrase) => Object.values(phrase).some((version) => bare(version) === bare(text)));
  const right = known?.[tongue] ?? wordByWord(text, tongue);
  const unpunctuated = right.replace(/\s*[.!?。!?]+$/u, "");
  const wrong = unpunctuated === right ? [] : [unpunctuated];
  return say(
    {
      right,
      wrong,
      phrasings: ["{}", '"{}"', "Here is the translation: {}", "{}\n\nLet me know if you need another tone."],
    },
    asked,
  );
};

function textToTranslate(question: string): string | null {
  const quoted = /["“«„]([^"”»“]{2,2000})["”»“]/u.exec(question)?.[1];
  const after = /[:\n]\s*([\s\S]{2,2000})$/u.exec(question)?.[1];
  return quoted ?? after ?? null;
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\p{P}\s]+/gu, " ")
    .trim();
}

function wordByWord(text: string, tongue: Tongue): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const translated = GLOSSARY[word.toLowerCase()]?.[tongue];
    if (translated === undefined) return word;
    return /^\p{Lu}/u.test(word) ? translated.charAt(0).toUpperCase() + translated.slice(1) : translated;
  });
}
