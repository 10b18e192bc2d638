import type { RequestView, ToolView, Turn } from "@understudy/apis";
import type { Answer } from "@understudy/contracts";

/** What a judge is shown of an answer. */
export type GivenAnswer = Pick<Answer, "text" | "tool_calls">;

/** UTF-16 code units, like the next. */
const LONGEST_TOOLS = 8_000;
const LONGEST_DESCRIPTION = 400;
const MOST_TOOLS = 100;

/**
 * The text, and each call on a line of its own. A text that imitates such a line is changed, wherever it does: what stands
 * in the midst of a line begins one where the text is cut. A call said is none made.
 */
export function answerShown({ text, tool_calls }: GivenAnswer): string {
  const said = (text ?? "").replace(/\[(?=tool call)/gi, "(");
  const calls = tool_calls.map(({ name, arguments: given }) => `[tool call: ${name} ${given}]`);
  return (said.trim() === "" ? calls : [said, ...calls]).join("\n");
}

/** Names and descriptions of what could be called; empty where nothing could. */
export function toolsShown({ tools }: RequestView): string {
  if (tools.length === 0) return "";
  const lines = tools.slice(0, MOST_TOOLS).map(toolShown);
  const more = tools.length > MOST_TOOLS ? [`and ${tools.length - MOST_TOOLS} more`] : [];
  return bounded(`[tools that could be called:\n${[...lines, ...more].join("\n")}]`, LONGEST_TOOLS);
}

function toolShown({ name, description }: ToolView): string {
  const called = bounded(name, LONGEST_DESCRIPTION);
  return description === null ? `- ${called}` : `- ${called}: ${bounded(description, LONGEST_DESCRIPTION)}`;
}

/** Beginning and end, since a question may stand at either; what is left out is said. */
export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const [head, tail] = [text.slice(0, half), text.slice(text.length - half)];
  return `${head}\n[${text.length - 2 * half} characters are left out here]\n${tail}`.toWellFormed();
}

/** The whole conversation: an answer to its last turn alone cannot be judged. */
export function conversationShown({ instructions, turns }: RequestView): string {
  return [...instructions.map((text) => `system: ${text}`), ...turns.map(turnShown)].join("\n\n");
}

function turnShown({ role, texts, others, toolCalls }: Turn): string {
  const said = [...texts, ...others.map((kind) => `[${kind}, not shown]`)].join("\n");
  const calls = toolCalls.map(({ name, arguments: given }) => `\n[tool call: ${name} ${given}]`);
  return `${role}: ${said}${calls.join("")}`;
}
