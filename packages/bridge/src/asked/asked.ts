import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { WireObject } from "@understudy/apis";
import type { Change } from "@understudy/contracts";

/** A client's request in the terms that all model packages share. */
export interface Asked {
  readonly options: LanguageModelV4CallOptions;
  /** How tools that are no functions to the client are called back, by the name that the model knows. */
  readonly tools: ReadonlyMap<string, ClientTool>;
  /** What of the request was left out, or carried as something else. */
  readonly changes: readonly Change[];
  /** Whether the request named a cap on the answer's length: Anthropic wants one, and the record says where it is ours. */
  readonly hasCap: boolean;
  /** Whether usage was asked for in a stream. */
  readonly wantsUsage: boolean;
}

/** A tool as its client knows it. */
export interface ClientTool {
  readonly name: string;
  readonly namespace: string | null;
  /** True: it takes a text, and the model calls it as a function with one string, `input`. */
  readonly isCustom: boolean;
}

/** What the client asked for cannot be carried to a deployment of another API, and cannot be left out either. */
export class CannotCarryError extends Error {
  readonly param: string;

  constructor(param: string, why: string) {
    super(`\`${param}\` cannot be carried to a model of another API: ${why}`);
    this.name = "CannotCarryError";
    this.param = param;
  }
}

/** What was left out, noted as the request is read. */
export class Notes {
  readonly changes: Change[] = [];

  dropped(param: string, reason: string): void {
    if (!this.changes.some((change) => change.param === param && change.reason === reason))
      this.changes.push({ param, action: "dropped", reason });
  }

  set(param: string, reason: string): void {
    if (!this.changes.some((change) => change.param === param)) this.changes.push({ param, action: "set", reason });
  }
}

/** The tool as functions know it: a text that it takes is a function's one argument. */
export function customTool(name: string, description: string | null, format: unknown): LanguageModelV4FunctionTool {
  const grammar = format === undefined || format === null ? "" : `\nIts format: ${JSON.stringify(format)}`;
  return {
    type: "function",
    name,
    description: `${description ?? ""}${grammar}`.trim(),
    inputSchema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
  };
}

/** Settings that only OpenAI's own APIs have, under the names that its package gives them. */
export const OPENAI_ONLY: readonly (readonly [param: string, option: string])[] = [
  ["metadata", "metadata"],
  ["prompt_cache_key", "promptCacheKey"],
  ["prompt_cache_retention", "promptCacheRetention"],
  ["safety_identifier", "safetyIdentifier"],
  ["service_tier", "serviceTier"],
  ["truncation", "truncation"],
  ["user", "user"],
  ["verbosity", "textVerbosity"],
];

/** Reads those of them that stand in the body. */
export function openaiOnly(body: WireObject): SharedV4ProviderOptions[string] {
  const given = OPENAI_ONLY.filter(([param]) => isGiven(body[param]));
  return Object.fromEntries(given.map(([param, option]) => [option, body[param] as string]));
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
export type Effort = (typeof EFFORTS)[number];

/** How much is to be thought; undefined, with a note, for a word that is none. */
export function effortOf(value: unknown, param: string, notes: Notes): Effort | undefined {
  if (!isGiven(value)) return undefined;
  const effort = EFFORTS.find((name) => name === value);
  if (effort === undefined) notes.dropped(param, "no known effort");
  return effort;
}

/** Arguments as the model wrote them: an object, or the text where it is none. */
export function inputOf(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
