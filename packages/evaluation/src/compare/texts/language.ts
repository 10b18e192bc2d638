import { eld } from "eld/extrasmall";
import type { BothSides } from "../figures.ts";

/** The beginning tells the language as well as the whole. */
const LOOKED_AT = 1_000;

/** Letters of one writing alone; the first that has enough of an answer names it. Han is Chinese where no kana stand beside it. */
const WRITINGS: readonly (readonly [language: string, letters: RegExp])[] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", /\p{Script=Han}/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["arabic", /\p{Script=Arabic}/gu],
  ["cyrillic", /\p{Script=Cyrillic}/gu],
  ["latin", /\p{Script=Latin}/gu],
  ["el", /\p{Script=Greek}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
  ["th", /\p{Script=Thai}/gu],
  ["bn", /\p{Script=Bengali}/gu],
  ["ta", /\p{Script=Tamil}/gu],
  ["te", /\p{Script=Telugu}/gu],
  ["ka", /\p{Script=Georgian}/gu],
  ["hy", /\p{Script=Armenian}/gu],
];

/** The commonest words of languages that share a writing; each counts for every language it is a word of. */
const STOP_WORDS: Readonly<Record<string, string>> = {
  en: "the of and to in is that for it you with are was be this have your from can will not what which they there here please would should on by an or at as has were been their our if when how more about",
  de: "der die das und ist nicht ein eine zu den mit sich auf für von dem im des auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum kann wenn ich wir ihr sein oder",
  fr: "le la les de des et est un une du en que qui dans pour pas sur au avec ce il sont plus par vous nous je ne se cette aux ou mais être votre ces son leur elle ils",
  es: "el la los las de que y en un una es por con para del se no su al lo como más pero sus este esta son fue ha está muy sin sobre también usted porque cuando hay",
  pt: "o a os as de que e do da em um uma para com não é por no na se mais dos como mas foi ao ele das tem seu sua ou quando muito nos já está também pelo pela isso você são",
  it: "il lo la i gli le di che e è un una per in non con del della sono da si al più come ma anche questo questa nel alla dei delle ha su o se lei essere sua loro",
  nl: "de het een en van in is dat op te zijn met voor niet die er aan om ook als bij maar door naar uit dit ze wordt kan deze u je ik wij hebben heeft nog wel",
  pl: "i w nie na się z do to że jest o jak po co ale za od przez dla są tak może czy tym tego jego oraz który która które być tylko już",
  tr: "ve bir bu da de için ile çok daha ne gibi ama olarak var olan değil o kadar sonra ya mi en her ben siz olduğu",
  sv: "och att det i en som är på för av med den till inte har om ett de var jag kan men vi från så eller när du ska detta",
  da: "og at det i en som er på for af med den til ikke har om et de var jeg kan men vi fra så eller når du skal dette der blev",
  no: "og at det i en som er på for av med den til ikke har om et de var jeg kan men vi fra så eller når du skal dette ble",
  fi: "ja on ei se että hän oli mutta ovat kun niin myös kuin tai joka sen ole voi mitä tämä sekä jos minä sinä",
  cs: "a v je na se že s z do to o jako pro ale po by za který jsou není tak když jeho být nebo jen už také",
  ro: "și în de la cu pe o un nu este că din care mai pentru sunt să se ca dar au fost sau această acest prin",
  hu: "a az és hogy nem is egy van ez meg de ha csak már vagy mint azt még volt ki el mert kell lehet",
  id: "yang dan di dengan untuk dari ini itu dalam tidak pada adalah akan ke juga atau saya anda bisa dapat oleh karena kami",
  vi: "và của là có không được cho một các trong với này những người đã để khi bạn tôi từ về như",
  ru: "и в не на что с как это по но из у за от то для а же бы или если так его вы мы они был было быть при только может",
  uk: "і в не на що з як це по але із у за від то для а ж би або якщо так його ви ми вони був було бути при тільки може та є",
  bg: "и в не на че с как това по но от за да е са се или ако така го ви ние те беше при само може който",
};

const LETTERS_OF: Readonly<Record<string, RegExp>> = {
  uk: /[іїєґ]/g,
  ru: /[ыэё]/g,
  pl: /[ąęłżźćńś]/g,
  de: /ß/g,
  es: /[ñ¿¡]/g,
  tr: /[ığş]/g,
  vi: /[ạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổộớờởợụủứừửữựỳỵỷỹđơư]/g,
  pt: /[ãõ]/g,
  cs: /[ěřů]/g,
  ro: /[țș]/g,
  hu: /[őű]/g,
};

const LANGUAGES: ReadonlyMap<string, readonly string[]> = byWord();

function byWord(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [language, words] of Object.entries(STOP_WORDS)) {
    for (const word of words.split(" ")) found.set(word, [...(found.get(word) ?? []), language]);
  }
  return found;
}

/** Languages that a few words cannot tell apart. */
const CLOSE: readonly (readonly string[])[] = [
  "da no nb nn",
  "hr sr bs sl",
  "cs sk",
  "id ms",
  "es gl ca",
  "ru bg be",
  "fa ur",
].map((family) => family.split(" "));

/** Whether both texts are in one language; null where that cannot be told. */
export function languageMatch(primary: string, silent: string): boolean | null {
  const [one, other] = [languageOf(primary), silent === primary ? languageOf(primary) : languageOf(silent)];
  if (one === null || other === null) return null;
  const [here = "", there = ""] = [one, other].map(({ writing }) => writing);
  if (here !== there) return false;
  const [mine, theirs] = [one.language, other.language];
  if (mine === null || theirs === null) return null;
  if (mine === theirs) return true;
  return CLOSE.some((family) => family.includes(mine) && family.includes(theirs)) ? null : false;
}

/** A question that speaks of languages may want another one than its own. */
const OF_LANGUAGES =
  /translat|übersetz|tradu|traduz|vertaal|перев|przetłum|翻|訳|번역|\b(?:in|into|auf|en|ins?) (?:english|german|french|spanish|italian|portuguese|dutch|polish|russian|chinese|japanese|korean|arabic|hindi|turkish|swedish|deutsch|englisch|französisch|spanisch|anglais|allemand|français|inglés|alemán|español|francés)\b/iu;

/** Whether each side answers in the primary's language, or in the question's where that asks for no other; null: cannot be told. */
export function languageKept(primary: string, silent: string, question: string): BothSides | null {
  const match = languageMatch(primary, silent);
  if (match === null) return null;
  if (match) return { primary: true, silent: true };
  const asks = question === "" || OF_LANGUAGES.test(question);
  const [one, other] = [primary, silent].map((text) => !asks && languageMatch(question, text) === true);
  return other === true ? { primary: one === true, silent: true } : { primary: true, silent: false };
}

export interface Language {
  readonly writing: string;
  /** Null where the words do not tell. */
  readonly language: string | null;
}

/** Letters of a text that say enough: of writings that write a word in a sign or two, and of others. */
const FEWEST_SIGNS = 4;
const FEWEST_LETTERS = 12;

/** The language of a text without its code; null where there is too little of it. */
export function languageOf(text: string): Language | null {
  const start = text
    .slice(0, 4 * LOOKED_AT)
    .replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\S+/g, " ")
    .slice(0, LOOKED_AT);
  const counts = WRITINGS.map(([writing, letters]) => [writing, (start.match(letters) ?? []).length] as const);
  const count = new Map(counts);
  const signs = (count.get("ja") ?? 0) + (count.get("zh") ?? 0);
  const [most, letters] = counts.reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0] as const);
  // A word of Chinese takes a sign or two, one of English five letters.
  if (signs >= FEWEST_SIGNS && 2 * signs >= letters) {
    const japanese = (count.get("ja") ?? 0) >= Math.max(1, 0.1 * signs);
    return { writing: "han", language: japanese ? "ja" : "zh" };
  }
  if (letters < (most === "ko" ? FEWEST_SIGNS : FEWEST_LETTERS)) return null;
  if (most === "arabic") return { writing: most, language: /[پچژگ]/.test(start) ? "fa" : "ar" };
  if (most !== "latin" && most !== "cyrillic") return { writing: most, language: most };
  return { writing: most, language: byWords(start.toLowerCase(), most) ?? byLetters(start, letters) };
}

/** Letters from which the order of letters tells a language, and what it is looked for in. */
const FEWEST_FOR_LETTERS = 20;
const MOST_FOR_LETTERS = 300;

/** By how letters follow each other, for texts without common words; program code follows no language. */
function byLetters(text: string, letters: number): string | null {
  const signs = (text.match(/[{}()[\]=<>;_/\\]/g) ?? []).length;
  if (letters < FEWEST_FOR_LETTERS || signs > 0.08 * text.length) return null;
  const found = eld.detect(text.slice(0, MOST_FOR_LETTERS));
  return found.isReliable() && found.language !== "" ? found.language : null;
}

function byWords(lower: string, writing: string): string | null {
  const scores = new Map<string, number>();
  const add = (language: string, points: number) => scores.set(language, (scores.get(language) ?? 0) + points);
  for (const [word] of lower.matchAll(/[\p{L}\p{M}]+/gu)) {
    const languages = LANGUAGES.get(word) ?? [];
    for (const language of languages) add(language, 1 / languages.length + 1);
  }
  for (const [language, letters] of Object.entries(LETTERS_OF)) {
    const found = (lower.match(letters) ?? []).length;
    if (found > 0) add(language, Math.min(4, found));
  }
  const [first = null, second = null] = [...scores].toSorted(([, one], [, other]) => other - one);
  if (first === null || first[1] < (writing === "cyrillic" ? 3 : 4)) return null;
  return second === null || first[1] >= 1.25 * second[1] ? first[0] : null;
}
