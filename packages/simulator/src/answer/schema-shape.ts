import { arrayOf, type JsonObject, objectOf, stringOf } from "../json.ts";

const MOST_HOPS = 20;

/**
 * Follows `$ref`, picks one of anyOf and oneOf, and merges allOf. With `shallow` it picks the alternative that ends
 * soonest, so that recursive schemas do.
 */
export function resolveSchema(schema: JsonObject, root: JsonObject, shallow: boolean): JsonObject {
  let resolved = schema;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const next = step(resolved, root, shallow);
    if (next === null) return resolved;
    resolved = next;
  }
  return {};
}

function step(schema: JsonObject, root: JsonObject, shallow: boolean): JsonObject | null {
  const { $ref, anyOf, oneOf, allOf, ...rest } = schema;
  if (typeof $ref === "string") return { ...pointTo($ref, root), ...rest };
  const alternatives = [...arrayOf(anyOf), ...arrayOf(oneOf)].map(objectOf);
  const [first] = alternatives;
  if (first !== undefined) return { ...rest, ...(shallow ? (alternatives.find(endsHere) ?? first) : first) };
  if (allOf === undefined) return null;
  return arrayOf(allOf).reduce<JsonObject>(
    (merged, part) => merge(merged, resolveSchema(objectOf(part), root, shallow)),
    rest,
  );
}

function endsHere(schema: JsonObject): boolean {
  return !("$ref" in schema) && schema["type"] !== "object" && schema["type"] !== "array";
}

function merge(one: JsonObject, other: JsonObject): JsonObject {
  return {
    ...one,
    ...other,
    properties: { ...objectOf(one["properties"]), ...objectOf(other["properties"]) },
    required: [...arrayOf(one["required"]), ...arrayOf(other["required"])],
  };
}

/** The part of the schema that a JSON pointer such as `#/$defs/address` names; an empty schema when there is none. */
function pointTo(pointer: string, root: JsonObject): JsonObject {
  let place: unknown = root;
  for (const segment of pointer.split("/").slice(1)) {
    place = objectOf(place)[stringOf(segment.replaceAll("~1", "/").replaceAll("~0", "~")) ?? ""];
  }
  return objectOf(place);
}
