import type { ToolCall } from "@understudy/providers";
import { parseJson, type ParsedJson, sameJson } from "./json-value.ts";

/** More calls than this in one answer are not matched argument by argument. */
export const MOST_TOOL_CALLS = 100;

type Calls = readonly ToolCall[];

/** Whether both call the same tools equally often; null when neither calls any. */
export function compareToolNames(primary: Calls, silent: Calls): boolean | null {
  if (primary.length === 0 && silent.length === 0) return null;
  return namesOf(primary) === namesOf(silent);
}

/** Whether each call on one side has its like on the other; null when there is none on either. */
export function compareToolArguments(primary: Calls, silent: Calls): boolean | null {
  if (primary.length === 0 && silent.length === 0) return null;
  if (primary.length !== silent.length) return false;
  const unmatched = silent.map(readCall);
  return primary.map(readCall).every((call) => {
    const like = unmatched.findIndex((other) => sameCall(call, other));
    if (like >= 0) unmatched.splice(like, 1);
    return like >= 0;
  });
}

interface ReadCall {
  readonly name: string;
  readonly text: string;
  readonly parsed: ParsedJson;
}

/** A tool without parameters is called with `{}` by some models and with nothing by others. */
function readCall({ name, arguments: written }: ToolCall): ReadCall {
  const text = written.trim() === "" ? "{}" : written.trim();
  return { name, text, parsed: parseJson(text) };
}

function sameCall(one: ReadCall, other: ReadCall): boolean {
  if (one.name !== other.name) return false;
  if (one.parsed.valid && other.parsed.valid) return sameJson(one.parsed.value, other.parsed.value);
  return one.text === other.text;
}

function namesOf(calls: Calls): string {
  return JSON.stringify(calls.map(({ name }) => name).toSorted());
}
