import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { isMapping, kindOf } from "../reading.ts";
import type { Section } from "../section.ts";
import type { CheckFile, CheckType } from "./own-check.ts";

const FILE = "file://";
const LARGEST_FILE = 1024 ** 2;

/** What a check compares with, and the contents of files that it names. */
export interface CheckValue {
  readonly value: unknown;
  readonly contents: readonly string[];
}

type ReadValue = (section: Section, folder: string) => CheckValue | null;

const aText: ReadValue = (section) => plain(textIn(section));
const someTexts: ReadValue = (section) => plain(textsIn(section));

const READERS: Readonly<Record<CheckType, ReadValue>> = {
  equals: (section) => plain(section.value("value") ?? missing(section, "write what the answer is to be")),
  contains: aText,
  icontains: aText,
  "contains-all": someTexts,
  "contains-any": someTexts,
  "icontains-all": someTexts,
  "icontains-any": someTexts,
  "starts-with": aText,
  regex: (section) => plain(patternIn(section)),
  "is-json": schemaIn,
  "contains-json": schemaIn,
  "is-refusal": nothingIn,
  javascript: scriptIn,
  "llm-rubric": (section) => plain(rubricIn(section)),
};

/** Reads `value` as this type of check takes it; null, with a fault, where it is no such thing. */
export function readCheckValue(type: CheckType, section: Section, folder: string): CheckValue | null {
  return READERS[type](section, folder);
}

function plain(value: unknown): CheckValue | null {
  return value === null ? null : { value, contents: [] };
}

function missing(section: Section, fix: string): null {
  return section.fault("value", "is missing", fix);
}

/** Numbers and truth values are what they look like, as in promptfoo. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function textIn(section: Section): string | null {
  const value = section.value("value");
  if (value === undefined) return missing(section, "write the text");
  return textOf(value) ?? section.fault("value", `is ${kindOf(value)}, not text`, "write the text, in quotes");
}

function textsIn(section: Section): readonly string[] | null {
  const value = section.value("value");
  const fix = "write a list of texts: [one, another]";
  if (value === undefined) return missing(section, fix);
  const items = typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
  if (!Array.isArray(items) || items.length === 0)
    return section.fault("value", `is ${kindOf(value)}, not a list`, fix);
  const texts = items.map(textOf).filter((text) => text !== null);
  return texts.length === items.length ? texts : section.fault("value", "has an item that is not text", fix);
}

/** It is paid for with every answer that is graded. */
const LONGEST_RUBRIC = 4_000;

function rubricIn(section: Section): string | null {
  const rubric = textIn(section);
  if (rubric === null || rubric.length <= LONGEST_RUBRIC) return rubric;
  return section.fault("value", `is ${rubric.length} characters long`, `say it in ${LONGEST_RUBRIC} at the most`);
}

function patternIn(section: Section): string | null {
  const pattern = textIn(section);
  if (pattern === null) return null;
  try {
    return new RegExp(pattern).source === "" ? null : pattern;
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, "");
    return section.fault("value", `is no regular expression (${why})`, "correct it; ignore case with (?i:…)");
  }
}

function nothingIn(section: Section): CheckValue {
  if (section.raw("value") !== undefined) section.fault("value", "is-refusal compares with nothing", "remove it");
  return { value: null, contents: [] };
}

function schemaIn(section: Section, folder: string): CheckValue | null {
  const written = section.raw("value");
  if (written === undefined || written === null) return { value: null, contents: [] };
  const fix = "write a JSON schema as a map, or the file that has it: file://schema.json";
  if (isMapping(written)) return plain(section.value("value"));
  if (typeof written !== "string" || !written.startsWith(FILE)) {
    return section.fault("value", `is ${kindOf(written)}, not a schema`, fix);
  }
  const file = path.resolve(folder, written.slice(FILE.length));
  const text = contentOf(file, section);
  if (text === null) return null;
  try {
    const schema: unknown = parse(text);
    if (isMapping(schema)) return { value: schema, contents: [] };
  } catch {
    // Told below, like a file that is something else.
  }
  return section.fault("value", `${file} is no JSON schema`, fix);
}

function scriptIn(section: Section, folder: string): CheckValue | null {
  const written = section.raw("value");
  const fix = "write the code into a file, and name it: file://checks.js, or file://checks.js:name of an export";
  if (written === undefined) return missing(section, fix);
  if (typeof written !== "string" || !written.startsWith(FILE)) {
    return section.fault("value", `is ${kindOf(written)}, not a file`, fix);
  }
  const [, place = "", name = null] = /^(.*?\.\w+)(?::([\w$]+))?$/.exec(written.slice(FILE.length)) ?? [];
  if (!/\.[cm]?[jt]s$/.test(place)) return section.fault("value", "names no javascript file", fix);
  const file = path.resolve(folder, place);
  const text = contentOf(file, section);
  return text === null ? null : { value: { file, name } satisfies CheckFile, contents: [text] };
}

function contentOf(file: string, section: Section): string | null {
  const fix = "name a file that is there, relative to the config.yaml";
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE)
      return section.fault("value", `${file} has ${size} bytes`, "name a file of 1 MB at the most");
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const problem = code === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read (${String(code)})`;
    return section.fault("value", problem, fix);
  }
}
