import { expect, test } from "vitest";
import { readChatRequest } from "../chat-request.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf } from "../json.ts";
import { profileOf } from "../model-profile.ts";
import { readQuestion } from "./asked.ts";
import { createDice } from "./dice.ts";
import { valueFor } from "./schema-value.ts";

const RECURSIVE = {
  $ref: "#/$defs/node",
  $defs: {
    node: {
      type: "object",
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } },
      required: ["name", "children"],
    },
  },
};

const SCHEMAS: readonly (readonly [string, JsonObject])[] = [
  [
    "nested objects",
    {
      type: "object",
      properties: { a: { type: "object", properties: { b: { type: "boolean" } }, required: ["b"] } },
      required: ["a"],
    },
  ],
  ["array lengths", { type: "array", items: { type: "integer", minimum: 5, maximum: 9 }, minItems: 4, maxItems: 4 }],
  ["a step", { type: "integer", minimum: 7, maximum: 40, multipleOf: 5 }],
  ["exclusive bounds", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }],
  ["a negative range", { type: "integer", minimum: -20, maximum: -10 }],
  ["a fraction as least integer", { type: "integer", minimum: 2.5, maximum: 3.5 }],
  ["an enum of numbers", { enum: [1, 2, 3] }],
  ["a constant", { const: "fixed" }],
  ["text lengths", { type: "string", minLength: 30, maxLength: 40 }],
  ["null allowed", { type: ["string", "null"] }],
  ["alternatives", { anyOf: [{ type: "integer", minimum: 1, maximum: 2 }, { type: "string" }] }],
  ["a recursive reference", RECURSIVE],
];

const MODELS = ["gpt-3.5-turbo", "gpt-4o", "gpt-4.1-nano"];
const QUESTIONS = ["Order AB-1234 of 3 May 2025 for $1,200.50, 3 boxes, write to a@example.com", "Tell me of tea.", ""];

test.each(SCHEMAS)("%s: the value satisfies the schema, whatever the model and the question", (_, schema) => {
  for (const model of MODELS) {
    for (const content of QUESTIONS) {
      const request = readChatRequest({ messages: [{ role: "user", content }] }, false, model);
      const dice = createDice({ seed: "", model, prompt: content, variation: "" });
      const value = valueFor(schema, readQuestion(request, profileOf(model), dice));
      expect(complaints(value, schema, schema)).toEqual([]);
    }
  }
});

/** What is wrong with a value, for the few keywords that the schemas above use. */
function complaints(value: unknown, schema: JsonObject, root: JsonObject): readonly string[] {
  if (typeof schema["$ref"] === "string") return complaints(value, objectOf(objectOf(root["$defs"])["node"]), root);
  const alternatives = arrayOf(schema["anyOf"]).map(objectOf);
  if (alternatives.length > 0)
    return alternatives.some((one) => complaints(value, one, root).length === 0) ? [] : ["fits no alternative"];
  if ("const" in schema) return value === schema["const"] ? [] : ["not the constant"];
  if ("enum" in schema) return arrayOf(schema["enum"]).includes(value) ? [] : ["not in enum"];
  const types = Array.isArray(schema["type"]) ? arrayOf(schema["type"]) : [schema["type"]];
  if (!types.includes(typeName(value, types))) return [`${JSON.stringify(value)} is not ${types.join(" or ")}`];
  if (typeof value === "number") return boundsBroken(value, schema);
  if (typeof value === "string") return lengthBroken(value.length, schema, "Length");
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => complaints(item, objectOf(schema["items"]), root));
    return [...items, ...lengthBroken(value.length, schema, "Items")];
  }
  if (!isObject(value)) return [];
  const missing = arrayOf(schema["required"]).filter((name) => !((name as string) in value));
  const inside = Object.entries(value).flatMap(([name, inner]) =>
    complaints(inner, objectOf(objectOf(schema["properties"])[name]), root),
  );
  return [...missing.map((name) => `misses ${String(name)}`), ...inside];
}

function typeName(value: unknown, types: readonly unknown[]): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) && types.includes("integer") ? "integer" : typeof value;
}

function boundsBroken(value: number, schema: JsonObject): readonly string[] {
  const bound = (name: string, otherwise: number): number => numberOf(schema[name]) ?? otherwise;
  const within = value >= bound("minimum", -Infinity) && value <= bound("maximum", Infinity);
  const strictly = value > bound("exclusiveMinimum", -Infinity) && value < bound("exclusiveMaximum", Infinity);
  const stepped = value % bound("multipleOf", value) === 0 || value === 0;
  return within && strictly && stepped ? [] : [`${value} is out of bounds`];
}

function lengthBroken(length: number, schema: JsonObject, what: "Length" | "Items"): readonly string[] {
  const fits =
    length >= (numberOf(schema[`min${what}`]) ?? 0) && length <= (numberOf(schema[`max${what}`]) ?? Infinity);
  return fits ? [] : [`${what} is ${length}`];
}
