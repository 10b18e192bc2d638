import type { Reading } from "../reading.ts";
import { quoted } from "../shown.ts";

/** Reads variables as OpenTelemetry has them. What is not understood is a fault, with what to write instead. */
export interface OtelVariables {
  /** Of the first of the names that is set. */
  text(...names: readonly string[]): string | null;
  flag(name: string): boolean;
  /** A whole number above 0. */
  amount(...names: readonly string[]): number | null;
  /** 0 to 1. */
  share(name: string): number | null;
  /** `name=value,other=value`, values percent-encoded; later names have the last word. */
  pairs(...names: readonly string[]): Readonly<Record<string, string>>;
  choice<const Option extends string>(name: string, options: readonly Option[]): Option | null;
  choices<const Option extends string>(name: string, options: readonly Option[]): readonly Option[] | null;
  /** `problem` goes after the name, `fix` is what to write. */
  fault(name: string, problem: string, fix: string): void;
}

const CALLBACK = "litellm_settings (callback otel)";

export function createOtelVariables(reading: Reading): OtelVariables {
  const { env } = reading;
  const nameSet = (names: readonly string[]): string | undefined => names.find((name) => env[name] !== undefined);
  const fault = (name: string, problem: string, fix: string): void => {
    reading.fault(CALLBACK, `${name} ${problem}`, `export ${name}=${fix}, or unset it`);
  };
  const checked = <Option extends string>(name: string, text: string, options: readonly Option[]): Option | null => {
    const word = text.trim().toLowerCase();
    const chosen = options.find((option) => option === word) ?? null;
    if (chosen === null) fault(name, `is ${quoted(word)}, which is not supported here`, options.join(" or "));
    return chosen;
  };
  const number = (names: readonly string[], rule: (value: number) => boolean, fix: string): number | null => {
    const name = nameSet(names);
    if (name === undefined) return null;
    const value = Number(env[name]);
    if (rule(value)) return value;
    fault(name, "is not a number that can be used", fix);
    return null;
  };
  return {
    text: (...names) => env[nameSet(names) ?? ""] ?? null,
    flag: (name) => env[name]?.toLowerCase() === "true",
    amount: (...names) => number(names, (value) => Number.isInteger(value) && value > 0, "a whole number above 0"),
    share: (name) => number([name], (value) => value >= 0 && value <= 1, "a number from 0 to 1"),
    pairs: (...names) => Object.assign({}, ...names.map((name) => readPairs(env[name]))) as Record<string, string>,
    choice(name, options) {
      const text = env[name];
      return text === undefined ? null : checked(name, text, options);
    },
    choices(name, options) {
      const texts = env[name]?.split(",");
      return texts?.flatMap((text) => checked(name, text, options) ?? []) ?? null;
    },
    fault,
  };
}

/** `name=value,other=value`, values percent-encoded. */
export function readPairs(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? "").split(",").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), decoded(value.join("=").trim())] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ""));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
