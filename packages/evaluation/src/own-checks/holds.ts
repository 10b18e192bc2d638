import { type Schema, Validator } from "@cfworker/json-schema";
import type { OwnCheck } from "@understudy/config";
import { parseBoundedJson } from "@understudy/runtime";
import type { CheckedAnswer } from "./checked-answer.ts";
import { jsonDocumentsIn } from "./json-in-text.ts";

/** Checks that need nothing but the answer. */
export type PureCheck = Exclude<OwnCheck["type"], "javascript" | "llm-rubric">;

type Holds = (answer: CheckedAnswer, value: unknown) => boolean;

const texts = (value: unknown): readonly string[] => value as readonly string[];
const text = (value: unknown): string => value as string;
const has = (output: string, part: string): boolean => output.includes(part);
const hasInAnyCase = (output: string, part: string): boolean => output.toLowerCase().includes(part.toLowerCase());

const HOLDS: Readonly<Record<PureCheck, Holds>> = {
  equals: ({ output }, value) => isEqual(output, value),
  contains: ({ output }, value) => has(output, text(value)),
  icontains: ({ output }, value) => hasInAnyCase(output, text(value)),
  "contains-all": ({ output }, value) => texts(value).every((part) => has(output, part)),
  "contains-any": ({ output }, value) => texts(value).some((part) => has(output, part)),
  "icontains-all": ({ output }, value) => texts(value).every((part) => hasInAnyCase(output, part)),
  "icontains-any": ({ output }, value) => texts(value).some((part) => hasInAnyCase(output, part)),
  "starts-with": ({ output }, value) => output.startsWith(text(value)),
  regex: ({ output }, value) => new RegExp(text(value)).test(output),
  "is-json": ({ output }, schema) => {
    const document = parsed(output);
    return document !== null && fits(document.value, schema);
  },
  "contains-json": ({ output }, schema) => jsonDocumentsIn(output).some((document) => fits(document, schema)),
  "is-refusal": ({ refused }) => refused,
};

/**
 * Whether an answer passes. The operator's patterns and schemas run on what models write, so it may take for ever: call it
 * where it can be given up. Throws for a schema that makes no sense.
 */
export function passes(check: OwnCheck & { readonly type: PureCheck }, answer: CheckedAnswer): boolean {
  return HOLDS[check.type](answer, check.value) !== check.not;
}

/** Maps and lists are compared as JSON, all else as text. */
function isEqual(output: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return output === String(value);
  const document = parsed(output);
  return document !== null && fits(document.value, { const: value });
}

function parsed(output: string): { readonly value: unknown } | null {
  try {
    return { value: parseBoundedJson(output) };
  } catch {
    return null;
  }
}

function fits(document: unknown, schema: unknown): boolean {
  return schema === null || new Validator(schema as Schema, "2020-12", true).validate(document).valid;
}
