import type { CheckFile, OwnCheck } from "@understudy/config";
import type { CheckedAnswer } from "@understudy/evaluation/own-checks";
import type { Answer } from "@understudy/contracts";
import { pathToFileURL } from "node:url";

/** What a function of the operator's is called with beside the output: promptfoo's names first. */
interface ScriptContext {
  /** The conversation, as JSON text. */
  readonly prompt: string;
  /** There are none: requests are the clients'. */
  readonly vars: Readonly<Record<string, never>>;
  /** The whole body. */
  readonly request: unknown;
  readonly tool_calls: Answer["tool_calls"];
  readonly finish_reason: string | null;
}

interface Asked extends CheckedAnswer {
  readonly answer: Answer;
  readonly request: unknown;
}

type Script = (output: string, context: ScriptContext) => unknown;

const loaded = new Map<string, Promise<Readonly<Record<string, unknown>>>>();

/** Calls the operator's function. Rejects where there is none, where it throws, and where it says neither yes nor no. */
export async function scriptPasses(check: OwnCheck, { output, answer, request }: Asked): Promise<boolean> {
  const script = await loadScript(check);
  const { tool_calls, finish_reason } = answer;
  const context = { prompt: promptOf(request), vars: {}, request, tool_calls, finish_reason };
  return isPassed(await script(output, context), check.threshold) !== check.not;
}

/** The operator's function; its file is loaded once in a thread. Rejects where there is none. */
export async function loadScript({ value }: OwnCheck): Promise<Script> {
  const { file, name } = value as CheckFile;
  let module = loaded.get(file);
  if (module === undefined) {
    module = import(pathToFileURL(file).href) as Promise<Readonly<Record<string, unknown>>>;
    loaded.set(file, module);
  }
  const exports = await module;
  const found = name === null ? exports["default"] : (exports[name] ?? memberOf(exports["default"], name));
  if (typeof found !== "function") throw new Error(`it exports no function ${name ?? "as its default"}`);
  return found as Script;
}

/** What `module.exports` has may be known by its default alone. */
function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** True or false; a score, which passes above 0 or from the threshold on; or promptfoo's `{pass, score, reason}`. */
function isPassed(result: unknown, threshold: number | null): boolean {
  if (typeof result === "boolean") return result;
  if (typeof result === "number" && !Number.isNaN(result)) return threshold === null ? result > 0 : result >= threshold;
  const { pass, score } = (typeof result === "object" && result !== null ? result : {}) as {
    pass?: unknown;
    score?: unknown;
  };
  if (typeof pass !== "boolean") throw new Error("it returned neither true or false, nor a number, nor {pass, score}");
  return pass && (threshold === null || typeof score !== "number" || score >= threshold);
}

function promptOf(request: unknown): string {
  const { messages, input, prompt } = (typeof request === "object" && request !== null ? request : {}) as Readonly<
    Record<string, unknown>
  >;
  return JSON.stringify(messages ?? input ?? prompt ?? "");
}
