export type Language = "en" | "de" | "fr" | "es" | "ja" | "zh";

const COMMON_WORDS: readonly (readonly [Language, RegExp])[] = [
  ["de", /\b(?:der|die|das|und|ist|nicht|ein|eine|wie|was|bitte|ich|für|mit|warum|welche|mir|auf|sind)\b/giu],
  ["fr", /\b(?:le|la|les|des|est|une|quel|quelle|pour|avec|dans|je|vous|qui|pourquoi|comment|du|sur|et)\b/giu],
  ["es", /\b(?:el|los|las|es|una|qué|cuál|para|con|por|cómo|del|mi|en|que|un|está|son|y)\b/giu],
  ["en", /\b(?:the|and|is|what|of|to|in|for|with|how|a|an|this|it|why|that|are|be|on)\b/giu],
];

/** Guesses the language of a text from its script and its commonest words; English when nothing speaks for another. */
export function languageOf(text: string): Language {
  const start = text.slice(0, 1_000);
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(start)) return "ja";
  if (/\p{Script=Han}/u.test(start)) return "zh";
  let best: Language = "en";
  let most = start.match(COMMON_WORDS[3]?.[1] ?? /$^/)?.length ?? 0;
  for (const [language, words] of COMMON_WORDS) {
    const count = start.match(words)?.length ?? 0;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}

const STOP_WORDS = new Set(
  (
    "about after again also because before being between could does doing each every explain from give good have help here into " +
    "just know like make many more most much need only other over please question should some such tell than that their them then " +
    "there these they this those three through under using very want what when where which while will with without would write your " +
    "aber alle auch beim bitte dann dass deine diese einem einen einer erkläre haben können mein mich nicht oder sein sich sind über " +
    "unser warum welche wenn wird wurde zwischen avec cette comment dans elle mais mes nous pour pourquoi quel quelle sont sur une votre " +
    "como cuál cómo desde donde entre esta este hacer para pero porque puedo qué sobre tiene unos user sentence sentences short words reply answer makes made sentences tell explain describe paragraph paragraphs please briefly " +
    "suggest recommend plan draft compare choose create introduce list never says whether never often calculate minutes simple recipe " +
    "schreib schreibe rédige écris choisir escribe explica brauche " +
    "为什么 解释 什么 怎么 如何 可以 需要 一个 我们 介绍 説明 理由 文章 方法"
  ).split(" "),
);

/** The words that carry a text, in the order they come: up to `most` of them, longest preferred. */
export function topicWords(text: string, most: number): readonly string[] {
  const candidates = [...new Set(wordsOf(text.slice(0, 2_000)))].filter((word) => !STOP_WORDS.has(word.toLowerCase()));
  const chosen = new Set(candidates.toSorted((one, other) => other.length - one.length).slice(0, most));
  return candidates.filter((word) => chosen.has(word));
}

const CJK_SEGMENTER = new Intl.Segmenter("ja", { granularity: "word" });

function wordsOf(text: string): readonly string[] {
  const latin =
    text.match(/(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}'-]){4,30}/gu) ?? [];
  if (!/[\p{Script=Han}\p{Script=Katakana}]/u.test(text)) return latin;
  const segments = [...CJK_SEGMENTER.segment(text)].map(({ segment }) => segment);
  return [...latin, ...segments.filter((segment) => /^[\p{Script=Han}\p{Script=Katakana}ー]+$/u.test(segment))];
}

/** Cuts a text into sentences, with their end marks. */
export function sentencesOf(text: string): readonly string[] {
  const sentences = text.match(/[^.!?。!?\n]+(?:[.!?。!?]+(?=\s|$|[^\s\d])|$|\n)/gu) ?? [];
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence.length > 2);
}
