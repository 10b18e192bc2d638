import type { ShownConversation } from "@understudy/contracts";
import type { ShownAnswer } from "./shown-answer.ts";
import { jsonLines } from "./json-lines.ts";
import type { Span, TextDifference } from "./text-difference.ts";
import { toolRows } from "./tool-rows.ts";

interface FoundOf {
  readonly left: ShownAnswer;
  readonly right: ShownAnswer;
  readonly tools: ShownConversation["tools"];
  readonly documents: readonly [unknown, unknown] | null;
  /** Of texts; null while that is worked out, and where one says nothing. */
  readonly difference: TextDifference | null;
}

const TOLD = 3;

/** How many differences there are, and the first of them, by the place that each answer has on the page. */
export function foundOf({ left, right, tools, documents, difference }: FoundOf): { count: string; words: string } {
  if (documents !== null) {
    const differing = jsonLines(...documents).lines.filter(({ differs }) => differs);
    const told = differing.slice(0, TOLD).map((line) => `${line.path} ${short(line.left)} ≠ ${short(line.right)}`);
    return { count: counted(differing.length), words: told.join(", ") };
  }
  const silent = [left, right].map(({ text, tool_calls }) => text.trim() === "" && tool_calls.length === 0);
  if (silent[0] !== silent[1])
    return { count: `Only the ${silent[0] === true ? "second" : "first"} says anything`, words: "" };
  const places = difference?.places ?? [];
  const calls = toolRows(left.tool_calls, right.tool_calls, tools);
  const told = calls.flatMap(({ name, rows, calls: by }) => {
    if (by !== "both") return [`${name} is called by the ${by === "left" ? "first" : "second"} alone`];
    const differing = rows.filter(({ differs }) => differs);
    return differing.map((row) => `${name}: /${row.name} ${short(row.left)} ≠ ${short(row.right)}`);
  });
  const called = calls.reduce((sum, { differences }) => sum + differences, 0);
  const spoken = places.map((place) => `${quoted(left.text, place.left)} ≠ ${quoted(right.text, place.right)}`);
  return { count: counted(called + places.length), words: [...told, ...spoken].slice(0, TOLD).join(", ") };
}

function counted(differences: number): string {
  if (differences === 0) return "No difference";
  return differences === 1 ? "1 difference" : `${differences.toLocaleString("en")} differences`;
}

function quoted(text: string, { from, to }: Span): string {
  const said = text
    .slice(from, Math.min(to, from + 200))
    .replaceAll(/\s+/g, " ")
    .replaceAll("**", "")
    .trim();
  if (said === "") return "nothing";
  return said.length > 40 ? `“${said.slice(0, 38).trimEnd()} …”` : `“${said}”`;
}

function short(written: string | null): string {
  if (written === null) return "missing";
  const value = written.replace(/,$/, "");
  return value.length <= 40 ? value : `${value.slice(0, 38)} …`;
}
