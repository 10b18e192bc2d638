import type { ChatRequest } from "../chat-request.ts";
import type { ModelProfile } from "../model-profile.ts";
import { type Dice, pick } from "./dice.ts";
import { type Language, languageOf } from "./language.ts";

/** A question as the simulated model reads it. */
export interface Asked {
  readonly system: string;
  /** The last user message. */
  readonly question: string;
  /** All user messages, the last one included. */
  readonly conversation: string;
  /** Results that tools gave after the last user message. */
  readonly toolResults: readonly string[];
  readonly images: number;
  readonly language: Language;
  readonly profile: ModelProfile;
  readonly dice: Dice;
}

// The simulated model reads no further: patterns over megabytes would stall the process.
const LONGEST_READ = 20_000;

export function readQuestion(request: ChatRequest, profile: ModelProfile, dice: Dice): Asked {
  const textsOf = (...roles: readonly string[]): string[] =>
    request.messages.filter(({ role }) => roles.includes(role)).map(({ text }) => text);
  const lastUser = request.messages.findLastIndex(({ role }) => role === "user");
  const question = (request.messages[lastUser]?.text ?? "").slice(0, LONGEST_READ);
  return {
    system: textsOf("system", "developer").join("\n").slice(0, LONGEST_READ),
    question,
    conversation: textsOf("user").join("\n").slice(-LONGEST_READ),
    toolResults: request.messages
      .slice(lastUser + 1)
      .filter(({ role }) => role === "tool" || role === "function")
      .map(({ text }) => text.slice(0, LONGEST_READ)),
    images: request.messages.reduce((sum, message) => sum + message.images, 0),
    language: languageOf(question),
    profile,
    dice,
  };
}

/** What a question has for an answer, before a model puts it into its own words. */
export interface Finding {
  readonly right: string;
  /** Believable mistakes, likeliest first; empty when there is nothing to get wrong. */
  readonly wrong: readonly string[];
  /** Ways to put it, with `{}` for the answer; the first is the plainest. */
  readonly phrasings: readonly [string, ...string[]];
}

/** Answers the kind of question it knows; null for any other. */
export type Solver = (asked: Asked) => string | null;

/** Puts a finding as this model would: right or wrong, bare when asked to be, else in one of its phrasings. */
export function say(finding: Finding, asked: Asked): string {
  const { profile, dice } = asked;
  const [likeliest, ...others] = finding.wrong;
  const mistaken = likeliest !== undefined && errs(asked);
  const value = mistaken ? pick([likeliest, ...others], dice.shared("mistake")) : finding.right;
  if (wantsItBare(asked)) return value;
  const plain = dice.own("plain") < profile.plainness;
  const phrasing = plain ? finding.phrasings[0] : pick(finding.phrasings, dice.own("phrasing"));
  // A function, because a `$` in the answer means something to `replace`.
  return phrasing.replace("{}", () => value);
}

/**
 * Whether this model gets a part of this question wrong; `part` names it when there are several. Some questions are
 * harder for all models than others.
 */
export function errs({ profile, dice }: Asked, part = ""): boolean {
  const difficulty = 0.3 + 1.4 * dice.shared("difficulty");
  return dice.own(`mistake ${part}`) < profile.mistakeRate * difficulty;
}

const BARE =
  /\b(?:only|just|nothing else|one word|single word|no explanation|without explanation|exactly one|nur|ein wort|seulement|uniquement|un seul mot|solo|una palabra)\b|だけ|のみ|只/i;

function wantsItBare({ system, question }: Asked): boolean {
  return BARE.test(question) || BARE.test(system);
}
