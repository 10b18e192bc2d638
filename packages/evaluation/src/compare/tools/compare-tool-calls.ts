import type { ToolCall } from "@understudy/contracts";
import type { Asked } from "../asked.ts";
import { compareDocuments } from "../json/compare-documents.ts";
import type { BothSides, Finding } from "../figures.ts";
import { parseJson, type ParsedJson, sameJson } from "../json/json-value.ts";
import { withDefaults } from "./tool-defaults.ts";

/** More calls than this in one answer are not matched argument by argument. */
export const MOST_TOOL_CALLS = 100;
/** More calls than this are matched by equal arguments alone. */
const MOST_ALIKE = 10;

type Calls = readonly ToolCall[];

/** Whether both call the same tools equally often; null when neither calls any. */
export function compareToolNames(primary: Calls, silent: Calls): boolean | null {
  if (primary.length === 0 && silent.length === 0) return null;
  return namesOf(primary) === namesOf(silent);
}

export interface CallRules {
  readonly tools: Asked["tools"];
  /** Whether each side's arguments are valid; where one's are not, only arguments that are equal agree. */
  readonly valid: BothSides | null;
}

/**
 * Whether each call on one side has its like on the other, whatever their order: the same tool with arguments that mean
 * the same to it. Null agrees: sentences in them differ, and nothing here can tell.
 */
export function compareToolArguments(primary: Calls, silent: Calls, { tools, valid }: CallRules): Finding {
  if (primary.length !== silent.length) return { agrees: false, reason: "other_tools" };
  const read = (call: ToolCall) => readCall(call, tools);
  const unmatched = silent.map(read);
  const exactly = primary.length > MOST_ALIKE || (valid !== null && valid.primary !== valid.silent);
  const alike = exactly ? compareExactly : compareCalls;
  let unclear: Finding | null = null;
  for (const call of primary.map(read)) {
    const found = firstLike(call, unmatched, alike);
    if (found.agrees === false) return found;
    if (found.agrees === null) unclear = found;
    unmatched.splice(found.at, 1);
  }
  return unclear ?? { agrees: true, reason: "same_value" };
}

/** The call that agrees, else the one that may; `at` tells which. */
function firstLike(
  call: ReadCall,
  others: readonly ReadCall[],
  alike: typeof compareCalls,
): Finding & { readonly at: number } {
  let best: (Finding & { at: number }) | null = null;
  for (const [at, other] of others.entries()) {
    const found = alike(call, other);
    if (found.agrees === true) return { ...found, at };
    if (best === null || (found.agrees === null && best.agrees === false)) best = { ...found, at };
  }
  return best ?? { agrees: false, reason: "other_tools", at: -1 };
}

interface ReadCall {
  readonly name: string;
  readonly text: string;
  readonly parsed: ParsedJson;
}

/** A tool without parameters is called with `{}` by some models and with nothing by others. */
function readCall({ name, arguments: written }: ToolCall, tools: Asked["tools"]): ReadCall {
  const text = written.trim() === "" ? "{}" : written.trim();
  const parsed = parseJson(text);
  return {
    name,
    text,
    parsed: parsed.valid ? { valid: true, value: withDefaults(parsed.value, tools?.get(name)) } : parsed,
  };
}

function compareCalls(one: ReadCall, other: ReadCall): Finding {
  if (one.name !== other.name) return { agrees: false, reason: "other_tools" };
  if (one.text === other.text) return { agrees: true, reason: "identical" };
  if (!one.parsed.valid || !other.parsed.valid) return { agrees: false, reason: "other_arguments" };
  return compareDocuments(one.parsed.value, other.parsed.value);
}

/** Of very many calls, for whose pairs there is no time to read sentences. */
function compareExactly(one: ReadCall, other: ReadCall): Finding {
  const both = one.parsed.valid && other.parsed.valid;
  const same =
    one.name === other.name && (both ? sameJson(one.parsed.value, other.parsed.value) : one.text === other.text);
  return { agrees: same, reason: same ? "same_value" : "other_arguments" };
}

function namesOf(calls: Calls): string {
  return JSON.stringify(calls.map(({ name }) => name).toSorted());
}

/** Whether each side calls what `tool_choice` says it must or may; null where it says nothing. */
export function compareToolChoice(primary: Calls, silent: Calls, { choice, tools }: Asked): BothSides | null {
  if (choice.kind === "auto" || tools === null) return null;
  const keeps = (calls: Calls): boolean => {
    if (choice.kind === "none") return calls.length === 0;
    return calls.length > 0 && calls.every(({ name }) => choice.kind !== "named" || name === choice.name);
  };
  return { primary: keeps(primary), silent: keeps(silent) };
}

/** Whether each side calls tools on offer alone; null where neither calls any, or the offer is not known. */
export function compareToolsOffered(primary: Calls, silent: Calls, { tools }: Asked): BothSides | null {
  if (tools === null || primary.length + silent.length === 0) return null;
  const offered = (calls: Calls): boolean => calls.every(({ name }) => tools.has(name));
  return { primary: offered(primary), silent: offered(silent) };
}
