import type { Answer, ToolCall } from "@understudy/contracts";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { Asked } from "../asked.ts";
import type { BothSides } from "../figures.ts";
import { parseJson, parseJsonDocument } from "./json-value.ts";

/** A client's schema beyond this is not worth the time it could take. */
const LARGEST_SCHEMA = 64 * 1024;
/** Keywords that run a client's own pattern: one of them could run for ever. */
const PATTERNS = new Set(["pattern", "patternProperties", "format"]);

/** Whether each text is valid against the schema that the request asked for; null without a schema that can be used. */
export function compareSchema(schema: unknown, primary: string, silent: string): BothSides | null {
  return guarded(() => {
    const check = validatorOf(schema);
    if (check === null) return null;
    const valid = (text: string): boolean => {
      const parsed = parseJsonDocument(text);
      return parsed.valid && check(parsed.value);
    };
    return { primary: valid(primary), silent: valid(silent) };
  });
}

/** Whether all arguments of each side are valid against their tools' schemas; null when no call has a schema. */
export function compareToolSchemas({ tools }: Asked, primary: Answer, silent: Answer): BothSides | null {
  const calls = [...primary.tool_calls, ...silent.tool_calls];
  if (calls.length === 0 || tools === null) return null;
  if (!calls.some(({ name }) => tools.has(name))) return null;
  const valid = (all: readonly ToolCall[]): boolean => all.every((call) => isValidCall(call, tools));
  return guarded(() => ({ primary: valid(primary.tool_calls), silent: valid(silent.tool_calls) }));
}

/** A call of a tool that the request does not have is not valid either. */
function isValidCall({ name, arguments: written }: ToolCall, schemas: ReadonlyMap<string, unknown>): boolean {
  if (!schemas.has(name)) return false;
  const check = validatorOf(schemas.get(name));
  const parsed = parseJson(written.trim() === "" ? "{}" : written);
  return parsed.valid && (check === null || check(parsed.value));
}

/** An interpreter, not a compiler: a client's schema never becomes code. Null for what is no schema, or too large a one. */
function validatorOf(schema: unknown): ((value: unknown) => boolean) | null {
  if (typeof schema !== "object" || schema === null || JSON.stringify(schema).length > LARGEST_SCHEMA) return null;
  const validator = new Validator(withoutPatterns(schema) as Schema, "2020-12", true);
  return (value) => validator.validate(value).valid;
}

/** Only where they are keywords: a property may well be called `pattern`. */
function withoutPatterns(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((item: unknown) => withoutPatterns(item));
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => isMap || !PATTERNS.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutPatterns(value, !isMap && MAPS.has(key))]));
}

/** Keywords whose members are names of the client's, not keywords. */
const MAPS = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);

/**
 * The validator throws for schemas that make no sense (an id that is none, or there twice; a reference to nowhere): those are
 * no schema. Where it exhausts the stack (references that go round, or more errors than can be passed on), the answers were
 * not checked, and nobody may take them for answers that needed no check: that goes on to whoever gives the pair up.
 */
function guarded(check: () => BothSides | null): BothSides | null {
  try {
    return check();
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return null;
  }
}
