import { say, type Solver } from "./asked.ts";

const NUMBER = "\\d{1,12}(?:[.,]\\d+)?";
// A sign needs spaces on both sides, or 2024-05-01 and 12/2025 would be sums.
const OPERATION =
  "(?:\\s*[*×÷+]\\s*|\\s+[-−/x]\\s+|,?\\s*(?:plus|minus|times|multiplied by|divided by|mal|durch|geteilt durch|fois|divisé par|por|más|menos|足す|かける|加|减|乘以|除以)\\s*)";
const SUM = new RegExp(`${NUMBER}(?:${OPERATION}${NUMBER})+`, "iu");
const TERM = new RegExp(`(${NUMBER})|(${OPERATION})`, "giu");
const PERCENTAGE = new RegExp(`(${NUMBER})\\s*(?:%|percent|Prozent)\\s+(?:of|von|de)\\s+[$€]?(${NUMBER})`, "iu");

type Operator = "+" | "-" | "*" | "/";

/** Works out the first sum or percentage in the question, multiplication before addition. */
export const calculate: Solver = (asked) => {
  const found = percentage(asked.question) ?? sum(asked.question);
  if (found === null || !Number.isFinite(found.value)) return null;
  const slip = found.value >= 20 ? 10 : 1;
  return say(
    {
      right: format(found.value),
      wrong: [format(found.value + slip), format(found.value - slip), format(found.value * 10)],
      phrasings: [
        "{}",
        `${found.expression} = {}`,
        "The answer is {}.",
        `${found.expression} is {}.`,
        "That comes to {}.",
      ],
    },
    asked,
  );
};

interface Worked {
  readonly expression: string;
  readonly value: number;
}

function percentage(text: string): Worked | null {
  const found = PERCENTAGE.exec(text);
  if (found === null) return null;
  return { expression: found[0], value: (toNumber(found[1] ?? "") / 100) * toNumber(found[2] ?? "") };
}

function sum(text: string): Worked | null {
  const expression = SUM.exec(text)?.[0];
  if (expression === undefined) return null;
  const numbers: number[] = [];
  const operators: Operator[] = [];
  for (const [, number, sign] of expression.matchAll(TERM)) {
    if (number !== undefined) numbers.push(toNumber(number));
    else operators.push(operatorOf(sign ?? ""));
  }
  return { expression, value: evaluate(numbers, operators) };
}

function evaluate(numbers: readonly number[], operators: readonly Operator[]): number {
  let total = 0;
  let term = numbers[0] ?? Number.NaN;
  for (const [index, operator] of operators.entries()) {
    const next = numbers[index + 1] ?? Number.NaN;
    if (operator === "*") term *= next;
    else if (operator === "/") term /= next;
    else {
      total += term;
      term = operator === "+" ? next : -next;
    }
  }
  return total + term;
}

function operatorOf(sign: string): Operator {
  if (/[*×x]|times|multiplied|\bmal\b|fois|\bpor\b|かける|乘以/i.test(sign)) return "*";
  if (/[/÷]|divi|durch|除以/i.test(sign)) return "/";
  return /[-−]|min|menos|减/i.test(sign) ? "-" : "+";
}

function toNumber(text: string): number {
  return /,\d{3}$/.test(text) ? Number(text.replace(",", "")) : Number(text.replace(",", "."));
}

function format(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}
