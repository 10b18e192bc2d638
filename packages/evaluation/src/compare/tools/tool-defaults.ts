import { isContainer } from "../json/json-value.ts";

/** Levels of a schema that are looked into. */
const DEEPEST = 8;

type Json = Readonly<Record<string, unknown>>;

/**
 * Arguments as the tool takes them: what the schema gives a default for has it, and null for an optional argument is
 * leaving it out. A schema that makes no sense changes nothing.
 */
export function withDefaults(value: unknown, schema: unknown, depth = 0): unknown {
  if (depth > DEEPEST || !isContainer(value) || !isContainer(schema)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withDefaults(item, schema["items"], depth + 1));
  const properties = isContainer(schema["properties"]) ? schema["properties"] : {};
  const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const given = Object.entries(value)
    .filter(([name, member]) => member !== null || required.includes(name) || !Object.hasOwn(properties, name))
    .map(([name, member]) => [name, withDefaults(member, own(properties, name), depth + 1)] as const);
  const present = new Set(given.map(([name]) => name));
  const defaults = Object.entries(properties).flatMap(([name, property]) =>
    !present.has(name) && isContainer(property) && isSet(property["default"])
      ? [[name, property["default"]] as const]
      : [],
  );
  return Object.fromEntries([...given, ...defaults]);
}

function own(properties: Json, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
