import type { Answer, ToolCall } from "@understudy/providers";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { BothSides } from "./comparison.ts";
import { parseJson, parseJsonDocument } from "./json-value.ts";

/** A client's schema beyond this is not worth the time it could take. */
const LARGEST_SCHEMA = 64 * 1024;
/** Keywords that run a client's own pattern: one of them could run for ever. */
const PATTERNS = new Set(["pattern", "patternProperties", "format"]);

type Json = Readonly<Record<string, unknown>>;

/** Whether each text is valid against the schema that the request asked for; null without a schema that can be used. */
export function compareSchema(request: unknown, primary: string, silent: string): BothSides | null {
  const format = at(request, "response_format", "json_schema", "schema");
  const check = validatorOf(format);
  if (check === null) return null;
  const valid = (text: string): boolean => {
    const parsed = parseJsonDocument(text);
    return parsed.valid && check(parsed.value);
  };
  return guarded(() => ({ primary: valid(primary), silent: valid(silent) }));
}

/** Whether all arguments of each side are valid against their tools' schemas; null when no call has a schema. */
export function compareToolSchemas(request: unknown, primary: Answer, silent: Answer): BothSides | null {
  const calls = [...primary.tool_calls, ...silent.tool_calls];
  if (calls.length === 0) return null;
  const schemas = toolSchemas(request);
  if (!calls.some(({ name }) => schemas.has(name))) return null;
  const valid = (all: readonly ToolCall[]): boolean => all.every((call) => isValidCall(call, schemas));
  return guarded(() => ({ primary: valid(primary.tool_calls), silent: valid(silent.tool_calls) }));
}

/** A call of a tool that the request does not have is not valid either. */
function isValidCall({ name, arguments: written }: ToolCall, schemas: ReadonlyMap<string, unknown>): boolean {
  if (!schemas.has(name)) return false;
  const check = validatorOf(schemas.get(name));
  const parsed = parseJson(written.trim() === "" ? "{}" : written);
  return parsed.valid && (check === null || check(parsed.value));
}

function toolSchemas(request: unknown): ReadonlyMap<string, unknown> {
  const tools = at(request, "tools");
  const entries = (Array.isArray(tools) ? tools : []).flatMap((tool: unknown) => {
    const name = at(tool, "function", "name");
    return typeof name === "string" ? [[name, at(tool, "function", "parameters")] as const] : [];
  });
  return new Map(entries);
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

/** The validator throws for schemas that make no sense, and for values nested too deep. */
function guarded(check: () => BothSides): BothSides | null {
  try {
    return check();
  } catch {
    return null;
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Json)[name];
  }
  return here;
}
