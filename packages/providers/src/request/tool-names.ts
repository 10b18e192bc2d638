import { isObject, textOrNull } from "@understudy/apis";

/** The tool's kind, for a reason that people read: a short word, whatever the client wrote. */
export function toolKind(tool: unknown): string {
  const type = isObject(tool) ? (textOrNull(tool["type"]) ?? Object.keys(tool)[0]) : undefined;
  return type !== undefined && /^\w{1,40}$/.test(type) ? type : "unnamed";
}

/** Choices that are objects and name no tool, as Messages writes them. */
const NAMELESS: ReadonlySet<unknown> = new Set(["auto", "any", "none"]);

/** Whether `tool_choice` still makes sense with these tools. */
export function isChoiceAmong(
  choice: unknown,
  tools: readonly unknown[],
  nameOf: (toolOrChoice: unknown) => string | null,
): boolean {
  if (!isObject(choice) || NAMELESS.has(choice["type"])) return true;
  const chosen = nameOf(choice);
  return chosen !== null && tools.some((tool) => nameOf(tool) === chosen);
}
