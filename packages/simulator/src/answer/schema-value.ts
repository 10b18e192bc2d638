import { arrayOf, type JsonObject, numberOf, objectOf, stringOf } from "../json.ts";
import { type Asked, errs } from "./asked.ts";
import { describe, findHint, findHints, findNumber } from "./hint.ts";
import { rankLabels } from "./judgement.ts";
import { resolveSchema } from "./schema-shape.ts";

/**
 * A JSON value that satisfies a schema and is plausible for the question. Understands types, enum, const, required,
 * nesting, arrays with their lengths, numbers with their bounds, common string formats, `$ref` within the schema,
 * anyOf, oneOf and allOf. Not `pattern`, `not`, nor conditions.
 */
export function valueFor(schema: JsonObject, asked: Asked): unknown {
  return build({ schema, root: schema, asked, path: "", depth: 0 });
}

interface Site {
  readonly schema: JsonObject;
  readonly root: JsonObject;
  readonly asked: Asked;
  /** Names of the fields on the way here, parted by dots. */
  readonly path: string;
  readonly depth: number;
}

// Past this depth only what is required is filled in, so that recursive schemas end.
const DEEPEST_OPTIONAL = 4;
const DEEPEST = 40;

function build(site: Site): unknown {
  const schema = resolveSchema(site.schema, site.root, site.depth >= DEEPEST_OPTIONAL);
  const here = { ...site, schema };
  if (site.depth > DEEPEST || leavesOpen(here)) return null;
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return choose(here, schema["enum"]);
  switch (typeOf(schema)) {
    case "object":
      return buildObject(here);
    case "array":
      return buildArray(here);
    case "integer":
    case "number":
      return buildNumber(here, typeOf(schema) === "integer");
    case "boolean":
      return buildBoolean(here);
    case "null":
      return null;
    default:
      return buildString(here);
  }
}

/** Whether a value may be null and the question has nothing for it. */
function leavesOpen({ schema, path, asked }: Site): boolean {
  if (!arrayOf(schema["type"]).includes("null") || "enum" in schema) return false;
  return findHint(fieldName(path), asked.question) === null;
}

function typeOf(schema: JsonObject): string {
  const types = arrayOf(schema["type"]);
  const type = types.length > 0 ? types.find((one) => one !== "null") : schema["type"];
  if (typeof type === "string") return type;
  if ("properties" in schema) return "object";
  return "items" in schema ? "array" : "string";
}

function buildObject(site: Site): JsonObject {
  const { schema, asked } = site;
  const required = new Set(arrayOf(schema["required"]));
  const built: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(objectOf(schema["properties"]))) {
    const path = site.path === "" ? name : `${site.path}.${name}`;
    if (!required.has(name) && !(site.depth < DEEPEST_OPTIONAL && mentions(name, property, asked))) continue;
    built[name] = build({ ...site, schema: objectOf(property), path, depth: site.depth + 1 });
  }
  return built;
}

/** Optional fields are filled in when the question has something for them; now and then a model adds one anyway. */
function mentions(name: string, property: unknown, asked: Asked): boolean {
  const values = arrayOf(objectOf(property)["enum"]).map(String);
  const text = asked.question.toLowerCase();
  if (findHint(name, asked.question) !== null || values.some((value) => text.includes(value.toLowerCase())))
    return true;
  return asked.dice.own(`optional ${name}`) < asked.profile.verbosity * 0.15;
}

function buildArray(site: Site): readonly unknown[] {
  const { schema, asked } = site;
  const least = numberOf(schema["minItems"]) ?? 0;
  const most = numberOf(schema["maxItems"]) ?? Math.max(least, 3);
  const found = findHints(fieldName(site.path), asked.question).length;
  const drawn = found > 0 ? found : 1 + Math.floor(asked.dice.shared(`length ${site.path}`) * 3);
  const wanted = site.depth >= DEEPEST_OPTIONAL ? least : drawn;
  const length = Math.min(most, Math.max(least, wanted));
  return Array.from({ length }, (_, index) =>
    build({ ...site, schema: objectOf(schema["items"]), path: `${site.path}.${index}`, depth: site.depth + 1 }),
  );
}

function choose({ path, asked }: Site, values: readonly unknown[]): unknown {
  const texts = values.map(String);
  const [likeliest, second] = rankLabels(texts, asked.question, asked.dice);
  const chosen = errs(asked, path) && second !== undefined ? second : likeliest;
  return values[texts.findIndex((text) => text === chosen)];
}

function buildNumber({ schema, path, asked }: Site, whole: boolean): number {
  const least = numberOf(schema["minimum"]) ?? above(numberOf(schema["exclusiveMinimum"]), whole);
  const most = numberOf(schema["maximum"]) ?? below(numberOf(schema["exclusiveMaximum"]), whole);
  const low = least ?? (most === null ? 0 : Math.min(0, most));
  const high = most ?? low + (/confidence|probability|score|ratio/i.test(path) ? 1 : 100);
  const step = numberOf(schema["multipleOf"]) ?? (whole ? 1 : 0.01);
  const hinted = numberFromHint(path, asked);
  const wanted = hinted ?? low + (high - low) * (0.5 + 0.5 * asked.dice.shared(`number ${path}`));
  const slipped = errs(asked, path) ? wanted + step : wanted;
  const bounded = Math.min(most ?? slipped, Math.max(least ?? slipped, slipped));
  const lowest = Math.ceil(low / step - 1e-9) * step;
  const steps = Math.max(0, Math.floor((bounded - lowest) / step + 1e-9));
  return Number((lowest + steps * step).toFixed(6));
}

function above(bound: number | null, whole: boolean): number | null {
  return bound === null ? null : whole ? Math.floor(bound) + 1 : bound + 0.01;
}

function below(bound: number | null, whole: boolean): number | null {
  return bound === null ? null : whole ? Math.ceil(bound) - 1 : bound - 0.01;
}

function numberFromHint(path: string, asked: Asked): number | null {
  const name = fieldName(path);
  const hint = findHint(name, asked.question);
  const digits = hint === null ? null : /-?\d+(?:\.\d+)?/.exec(hint.replaceAll(",", ""));
  if (digits !== null) return Number(digits[0]);
  return /confidence|probability|score|ratio/i.test(name) ? null : findNumber(asked.question);
}

function buildBoolean({ path, asked }: Site): boolean {
  return asked.dice.shared(`boolean ${path}`) < 0.5 !== errs(asked, path);
}

const FORMATS: Readonly<Record<string, string>> = {
  date: "2025-03-14",
  time: "09:30:00Z",
  "date-time": "2025-03-14T09:30:00Z",
  email: "contact@example.com",
  uri: "https://example.com/item",
  uuid: "3f2b8c1e-7d54-4a96-9c0b-5e8f1a2d6b47",
  ipv4: "192.0.2.10",
};

function buildString({ schema, path, asked }: Site): string {
  const index = /\.(\d+)(?:\.[^.]+)?$/.exec(path)?.[1];
  const hinted = findHints(fieldName(path), asked.question)[Number(index ?? 0)] ?? null;
  const format = stringOf(schema["format"]) ?? "";
  const formatted = FORMATS[format];
  if (formatted !== undefined) {
    const fits = hinted !== null && (format === "email" || (format === "date" && /^\d{4}-\d{2}-\d{2}$/.test(hinted)));
    return fits ? hinted : formatted;
  }
  const described = index === undefined ? describe(asked.question) : wordAt(asked.question, Number(index));
  return fit(hinted ?? described, schema);
}

/** The name of the field that a path leads to; the places in arrays have none of their own. */
function fieldName(path: string): string {
  return path.split(".").findLast((part) => !/^\d+$/.test(part)) ?? "";
}

function wordAt(text: string, index: number): string {
  return describe(text).split(" ").at(index) ?? `item ${index + 1}`;
}

function fit(text: string, schema: JsonObject): string {
  const most = numberOf(schema["maxLength"]) ?? text.length;
  const least = Math.min(numberOf(schema["minLength"]) ?? 0, 100_000);
  return text.slice(0, most).padEnd(least, ".");
}
