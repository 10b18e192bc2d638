import type { ChatRequest, Tool } from "../chat-request.ts";
import type { Asked } from "./asked.ts";
import { valueFor } from "./schema-value.ts";

export interface ToolCallAnswer {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** The tool call that the question wants; null when the model answers in words. */
export function callTool(request: ChatRequest, asked: Asked): ToolCallAnswer | null {
  const tool = chooseTool(request, asked);
  if (tool === null) return null;
  return { name: tool.name, arguments: JSON.stringify(valueFor(tool.parameters, asked)) };
}

function chooseTool({ tools, toolChoice }: ChatRequest, asked: Asked): Tool | null {
  if (toolChoice.kind === "named") return tools.find((tool) => tool.name === toolChoice.name) ?? null;
  if (toolChoice.kind === "required") return bestTool(tools, asked, 0);
  // Whoever has just been told a tool's result answers in words.
  const inWords = toolChoice.kind === "none" || asked.toolResults.length > 0;
  return inWords ? null : bestTool(tools, asked, 1);
}

/** The tool whose name and description share most words with the question, and at least `least` of them. */
function bestTool(tools: readonly Tool[], asked: Asked, least: number): Tool | null {
  const words = stems(asked.question);
  const weighed = tools.map((tool, index) => {
    const inName = stems(tool.name.replaceAll(/[_.-]|(?<=[a-z])(?=[A-Z])/g, " "));
    const inDescription = stems(tool.description);
    const score = 3 * common(inName, words) + common(inDescription, words);
    return { tool, score, index };
  });
  const [best, second] = weighed.toSorted((one, other) => other.score - one.score || one.index - other.index);
  if (best === undefined || best.score < least) return null;
  // A weak model now and then takes the runner-up when the two are close.
  const confused = second !== undefined && second.score >= best.score - 1 && second.score >= least;
  return confused && asked.dice.own("tool") < asked.profile.mistakeRate ? second.tool : best.tool;
}

const EVERYDAY = new Set([
  "with",
  "from",
  "that",
  "this",
  "when",
  "what",
  "your",
  "have",
  "give",
  "please",
  "and",
  "the",
]);

/** The words of a text by their first five letters: `calendar` and `calendars`, `order` and `ordered` are one. */
function stems(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  return new Set(words.filter((word) => !EVERYDAY.has(word)).map((word) => word.slice(0, 5)));
}

function common(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...one].filter((stem) => other.has(stem)).length;
}
