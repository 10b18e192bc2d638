import { type Asked, say, type Solver } from "./asked.ts";
import { CAPITALS, FACTS } from "./fact-table.ts";

const CAPITAL = /\bcapitals?\b|hauptstadt|capitale|首都/i;

/** Answers questions of fact from a small table. A follow-up (`And of Italy?`) takes its topic from what came before. */
export const recall: Solver = (asked) => recallCapital(asked) ?? recallFact(asked);

function recallCapital(asked: Asked): string | null {
  if (!CAPITAL.test(asked.conversation)) return null;
  const question = asked.question.toLowerCase();
  const found = CAPITALS.find(({ names }) => names.some((name) => question.includes(name)));
  if (found === undefined) return null;
  const { country, capital, mistaken } = found;
  const phrasings = PHRASINGS_OF_CAPITAL[asked.language] ?? [
    `The capital of ${country} is {}.`,
    "{}.",
    `{}. It is the capital of ${country}.`,
    `${country}'s capital city is {}.`,
  ];
  return say({ right: capital, wrong: [mistaken], phrasings }, asked);
}

const PHRASINGS_OF_CAPITAL: Readonly<Record<string, readonly [string, ...string[]]>> = {
  de: ["Die Hauptstadt ist {}.", "{}.", "Das ist {}."],
  fr: ["La capitale est {}.", "C'est {}.", "{}."],
  es: ["La capital es {}.", "Es {}.", "{}."],
  ja: ["首都は{}です。", "{}です。", "{}"],
  zh: ["首都是{}。", "是{}。", "{}"],
};

function recallFact(asked: Asked): string | null {
  const question = asked.question.toLowerCase();
  const fact = FACTS.find(({ about }) => about.every((words) => words.some((word) => question.includes(word))));
  if (fact === undefined) return null;
  return say(
    { right: fact.answer, wrong: fact.wrong, phrasings: [fact.sentence, "{}.", `Short answer: {}. ${closing(asked)}`] },
    asked,
  );
}

function closing({ dice }: Asked): string {
  return dice.own("closing") < 0.5 ? "Let me know if you want more detail." : "I can explain further if that helps.";
}
