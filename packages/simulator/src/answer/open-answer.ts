import { type Asked, say, type Solver } from "./asked.ts";
import { pick } from "./dice.ts";
import { topicWords } from "./language.ts";
import { SENTENCES } from "./sentences.ts";

const SMALL_TALK: readonly (readonly [RegExp, string, readonly [string, ...string[]]])[] = [
  [
    /^(?:hi|hello|hey|good (?:morning|evening))\b[^?]{0,30}$/i,
    "Hello! How can I help you today?",
    ["{}", "Hi there! What can I do for you?", "Hello! What would you like to know?"],
  ],
  [
    /^(?:thanks|thank you|cheers)\b.{0,40}$/i,
    "You're welcome!",
    ["{}", "You're welcome! Anything else?", "Glad to help."],
  ],
  [
    /^(?:hallo|guten (?:tag|morgen))\b[^?]{0,30}$/i,
    "Hallo! Wie kann ich helfen?",
    ["{}", "Guten Tag! Was kann ich für Sie tun?"],
  ],
  [
    /^(?:bonjour|salut)\b[^?]{0,30}$/i,
    "Bonjour ! Comment puis-je vous aider ?",
    ["{}", "Bonjour ! Que puis-je faire pour vous ?"],
  ],
  [/^(?:hola|buenos días)\b[^?]{0,30}$/i, "¡Hola! ¿En qué puedo ayudarte?", ["{}", "¡Hola! ¿Qué necesitas?"]],
  [/^(?:ping|test)[.!]?$/i, "pong", ["{}", "Pong!"]],
];

/** Greetings and thanks. */
export const chat: Solver = (asked) => {
  const found = SMALL_TALK.find(([pattern]) => pattern.test(asked.question.trim()));
  return found === undefined ? null : say({ right: found[1], wrong: [], phrasings: found[2] }, asked);
};

/** Puts what a tool gave back into words. */
export const tellToolResult: Solver = (asked) => {
  const last = asked.toolResults.at(-1);
  if (last === undefined) return null;
  const told = tell(last);
  return say(
    {
      right: told,
      wrong: [],
      phrasings: ["Here is what I found: {}.", "{}.", "The result says: {}.", "I looked it up: {}."],
    },
    asked,
  );
};

function tell(result: string): string {
  try {
    const parsed: unknown = JSON.parse(result);
    if (typeof parsed !== "object" || parsed === null) return String(parsed);
    const pairs = Object.entries(parsed).slice(0, 6);
    return pairs
      .map(([key, value]) => `${key.replaceAll("_", " ")} ${typeof value === "object" ? JSON.stringify(value) : value}`)
      .join(", ");
  } catch {
    return result.slice(0, 400);
  }
}

/** A few sentences about the words of the prompt, in its language: what is said when nothing better is known. */
export function answerOpenly(asked: Asked): string {
  const { dice, profile, question, language } = asked;
  const [first, second, third] = topics(question, language);
  const { openings, bodies, closings } = SENTENCES[language];
  const length = sentenceCount(asked);
  const plain = dice.own("plain") < profile.plainness;
  const chosen = [pick(openings, plain ? dice.shared("opening") : dice.own("opening"))];
  for (let index = 1; index < length; index += 1) {
    const fraction =
      dice.own(`body ${index}`) < profile.plainness / 2 ? dice.shared(`body ${index}`) : dice.own(`pick ${index}`);
    const sentence = pick(bodies, fraction);
    if (!chosen.includes(sentence)) chosen.push(sentence);
  }
  if (dice.own("closing") < profile.verbosity / 2) chosen.push(pick(closings, dice.own("last")));
  const filled = chosen.map((sentence) => sentence.replace("{a}", first).replace("{b}", second).replace("{c}", third));
  return filled.map(capitalized).join(language === "ja" || language === "zh" ? "" : " ");
}

function sentenceCount({ profile, dice, question, system }: Asked): number {
  if (/\b(?:one sentence|einem Satz|une phrase|una frase)\b|一文|一句/i.test(question)) return 1;
  const brief = /\b(?:brief|short|concise|kurz|bref|breve|briefly)\b/i.test(`${question} ${system}`);
  return Math.max(1, Math.round((brief ? 2 : 6) * profile.verbosity * (0.7 + 0.6 * dice.own("length"))));
}

function topics(question: string, language: Asked["language"]): readonly [string, string, string] {
  const [first, second, third] = [...topicWords(question, 3), ...GENERAL_TOPICS[language]];
  return [first ?? "", second ?? "", third ?? ""];
}

/** For prompts with fewer than three words to speak of. */
const GENERAL_TOPICS: Readonly<Record<Asked["language"], readonly [string, string, string]>> = {
  en: ["the matter", "the purpose", "the effort"],
  de: ["diesem Thema", "dem Zweck", "dem Aufwand"],
  fr: ["ce sujet", "le but", "le contexte"],
  es: ["este tema", "el objetivo", "el contexto"],
  ja: ["この問題", "目的", "手順"],
  zh: ["这个问题", "目的", "步骤"],
};

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** A sentence on the images that came with the prompt. */
export function mentionImages(images: number): string {
  return images === 1 ? "I can see 1 image." : `I can see ${images} images.`;
}
