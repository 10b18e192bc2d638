import type { ShownConversation, ToolCall } from "@understudy/contracts";

export interface ArgumentRow {
  readonly name: string;
  /** JSON; null where it was not given. */
  readonly left: string | null;
  readonly right: string | null;
  /** What the tool takes where the argument is left out; null without one. */
  readonly standard: string | null;
  readonly differs: boolean;
}

/** A call of both sides, or of one. */
export interface CallRows {
  readonly name: string;
  readonly calls: "both" | "left" | "right";
  readonly rows: readonly ArgumentRow[];
  readonly differences: number;
}

const MOST_CALLS = 60;
const MOST_ROWS = 200;
const LONGEST_VALUE = 2_000;

type Calls = readonly ToolCall[];

/** The calls of two answers, one below the other, an argument a row: whose like the other side has first, in order. */
export function toolRows(left: Calls, right: Calls, tools: ShownConversation["tools"]): readonly CallRows[] {
  const open = right.slice(0, MOST_CALLS);
  const matched = left.slice(0, MOST_CALLS).map((call) => {
    const exact = open.findIndex(({ name, arguments: given }) => name === call.name && given === call.arguments);
    const at = exact === -1 ? open.findIndex(({ name }) => name === call.name) : exact;
    return { call, other: at === -1 ? null : (open.splice(at, 1)[0] ?? null) };
  });
  const defaults = new Map(tools.map((tool) => [tool.name, tool.defaults]));
  return [
    ...matched.map(({ call, other }) => rowsOf(call, other, defaults.get(call.name) ?? {})),
    ...open.map((call) => rowsOf(null, call, defaults.get(call.name) ?? {})),
  ];
}

function rowsOf(left: ToolCall | null, right: ToolCall | null, defaults: Readonly<Record<string, unknown>>): CallRows {
  const [one, other] = [argumentsOf(left), argumentsOf(right)];
  const calls = left === null ? "right" : right === null ? "left" : "both";
  const names = [...new Set([...one.keys(), ...other.keys()])].slice(0, MOST_ROWS);
  const rows = names.map((name): ArgumentRow => {
    const standard = Object.hasOwn(defaults, name) ? JSON.stringify(defaults[name]) : null;
    const [here, there] = [one.get(name) ?? null, other.get(name) ?? null];
    const differs = calls === "both" && (here ?? standard) !== (there ?? standard);
    return { name, left: here, right: there, standard, differs };
  });
  const differences = calls === "both" ? rows.filter(({ differs }) => differs).length : 1;
  return { name: (left ?? right)?.name ?? "", calls, rows, differences };
}

/** Of arguments that are no JSON object, the text itself under no name. */
function argumentsOf(call: ToolCall | null): ReadonlyMap<string, string> {
  if (call === null) return new Map();
  const written = call.arguments.trim() === "" ? "{}" : call.arguments;
  try {
    const parsed: unknown = JSON.parse(written);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return new Map(Object.entries(parsed).map(([name, value]) => [name, bounded(JSON.stringify(value))]));
    }
  } catch {
    // Shown as it is.
  }
  return new Map([["", bounded(written)]]);
}

function bounded(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)} …`;
}
