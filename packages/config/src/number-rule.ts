import { kindOf } from "./reading.ts";

/** Which numbers a key takes. */
export interface NumberRule {
  readonly whole?: boolean;
  /** Least that is allowed; 0 unless said. */
  readonly min?: number;
  readonly max?: number;
  /** The number must be greater than 0. */
  readonly positive?: boolean;
}

export const COUNT: NumberRule = { whole: true };
export const AT_LEAST_ONE: NumberRule = { whole: true, min: 1 };
export const AMOUNT: NumberRule = {};
export const POSITIVE: NumberRule = { positive: true };
export const FRACTION: NumberRule = { max: 1 };

/** What is wrong with a number, or the number itself. A text of digits is a number: variables are always text. */
export function checkNumber(value: unknown, rule: NumberRule): { number: number } | { problem: string } {
  const number = asNumber(value);
  if (number === null) return { problem: `is ${kindOf(value)}, not a number` };
  if (!Number.isFinite(number)) return { problem: "is not a finite number" };
  if (rule.whole === true && !Number.isInteger(number)) return { problem: `${number} is not whole` };
  if (rule.positive === true && number <= 0) return { problem: `${number} is not above 0` };
  if (number < 0) return { problem: `${number} is negative` };
  if (number < (rule.min ?? 0)) return { problem: `${number} is below ${rule.min}` };
  if (number > (rule.max ?? Number.POSITIVE_INFINITY)) return { problem: `${number} is above ${rule.max}` };
  return { number };
}

function asNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** The rule in words: `a whole number of 0 or more`. */
export function ruleInWords(rule: NumberRule): string {
  const noun = rule.whole === true ? "a whole number" : "a number";
  if (rule.positive === true) return `${noun} above 0`;
  if (rule.max !== undefined) return `${noun} from ${rule.min ?? 0} to ${rule.max}`;
  return `${noun} of ${rule.min ?? 0} or more`;
}
