import type { Answer, ToolCall } from "@understudy/contracts";
import {
  exactDigits,
  isContainer,
  isNumber,
  parseJson,
  parseJsonAnswer,
  sameLeaf,
} from "../compare/json/json-value.ts";
import { type JsonChange, jsonDifferences } from "../compare/json/json-differences.ts";
import { withDefaults } from "../compare/tools/tool-defaults.ts";
import { lineOf } from "./lines.ts";

/** Characters of each side up to which JSON is read for an excerpt: some tenths of a millisecond. */
const LARGEST = 20_000;
/** Differences that are told, and that are counted. */
const TOLD = 3;
const COUNTED = 50;
const LONGEST_VALUE = 40;
const LONGEST_PATH = 60;

/** Where two documents differ, in words: `/amount 310.5 ≠ 310.51, /due "…" ≠ "…"`. Null where either is none, or too large. */
export function jsonInWords(primary: string, silent: string): string | null {
  if (primary.length > LARGEST || silent.length > LARGEST) return null;
  const [one, other] = [parseJsonAnswer(primary), parseJsonAnswer(silent)];
  return one.valid && other.valid ? changesInWords(changesOf(one.value, other.value)) : null;
}

/** Where the calls of two answers differ: `issue_refund: /line 2 ≠ 1`. Null where they do not, or are too large. */
export function toolsInWords(
  primary: Answer,
  silent: Answer,
  schemas: ReadonlyMap<string, unknown> | null,
): string | null {
  if ([primary, silent].some(({ tool_calls }) => tool_calls.length > 20 || argumentsOf(tool_calls) > LARGEST)) {
    return null;
  }
  const open = [...silent.tool_calls];
  const told: string[] = [];
  const missing: string[] = [];
  for (const call of primary.tool_calls) {
    const exact = open.findIndex((other) => other.name === call.name && other.arguments === call.arguments);
    const at = exact === -1 ? open.findIndex(({ name }) => name === call.name) : exact;
    const [other] = at === -1 ? [] : open.splice(at, 1);
    if (other === undefined) missing.push(call.name);
    else told.push(...callInWords(call, other, schemas?.get(call.name)));
  }
  const parts = [...namesInWords(missing, open), ...told];
  return parts.length === 0 ? null : parts.slice(0, TOLD).join("; ");
}

function namesInWords(missing: readonly string[], extra: readonly ToolCall[]): readonly string[] {
  const [wanted, called] = [missing, extra.map(({ name }) => name)].map((names) => names.slice(0, TOLD).join(", "));
  if (wanted !== "" && called !== "") return [`${called} called, ${wanted} expected`];
  if (wanted !== "") return [`${wanted} not called`];
  return called === "" ? [] : [`${called} called besides`];
}

function callInWords(call: ToolCall, other: ToolCall, schema: unknown): readonly string[] {
  const [one, two] = [call, other].map(({ arguments: written }) => parseJson(written.trim() || "{}"));
  if (one?.valid !== true || two?.valid !== true) {
    return call.arguments === other.arguments ? [] : [`${call.name}: arguments that are no JSON`];
  }
  const words = changesInWords(changesOf(withDefaults(one.value, schema), withDefaults(two.value, schema)));
  return words === null ? [] : [`${call.name}: ${words}`];
}

function argumentsOf(calls: readonly ToolCall[]): number {
  return calls.reduce((sum, call) => sum + call.arguments.length, 0);
}

function changesOf(one: unknown, other: unknown): readonly JsonChange[] {
  return jsonDifferences(one, other, COUNTED).filter(({ primary, silent }) => !sameLeaf(primary, silent));
}

function changesInWords(changes: readonly JsonChange[]): string | null {
  if (changes.length === 0) return null;
  const told = changes.slice(0, TOLD).map(({ path, primary, silent }) => {
    const place = path === "" ? "" : `${lineOf(path, LONGEST_PATH)} `;
    return `${place}${valueInWords(primary)} ≠ ${valueInWords(silent)}`;
  });
  const more = changes.length - told.length;
  const many = changes.length === COUNTED ? " and many more" : more === 0 ? "" : ` and ${more} more`;
  return `${told.join(", ")}${many}`;
}

function valueInWords(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string" && isNumber(value)) return exactDigits(value);
  if (Array.isArray(value)) return `[${value.length} ${value.length === 1 ? "item" : "items"}]`;
  if (isContainer(value)) return "{…}";
  return lineOf(JSON.stringify(typeof value === "string" ? value.slice(0, 200) : value), LONGEST_VALUE);
}

/** The calls of an answer in one line: `issue_refund(order "NO-91120", amount 49.9)`. */
export function callsInLine(calls: readonly ToolCall[], longest: number): string {
  const shown = calls.slice(0, TOLD).map(({ name, arguments: written }) => {
    const parsed = written.length > LARGEST ? null : parseJson(written.trim() || "{}");
    if (parsed?.valid !== true || !isContainer(parsed.value)) return `${name}(${lineOf(written, longest)})`;
    const given = Object.entries(parsed.value).slice(0, 12);
    return `${name}(${given.map(([key, value]) => `${key} ${valueInWords(value)}`).join(", ")})`;
  });
  const more = calls.length - shown.length;
  return lineOf(`${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}`, longest);
}
