import type { Change, CallRecord } from "@understudy/contracts";
import type { NotComparable } from "./figures.ts";

const TOOLS = new Set(["tools", "functions"]);

/** Parameters without which a model answers differently. Ids, logging and billing options are none of them. */
const SHAPING = new Set([
  "messages",
  "input",
  "dimensions",
  "input_type",
  "prompt",
  "instructions",
  "system",
  "text",
  "output_config",
  "output_format",
  "mcp_servers",
  "container",
  "max_output_tokens",
  "temperature",
  "top_p",
  "top_k",
  "top_a",
  "min_p",
  "typical_p",
  "seed",
  "n",
  "stop",
  "stop_sequences",
  "max_tokens",
  "max_completion_tokens",
  "frequency_penalty",
  "presence_penalty",
  "repetition_penalty",
  "logit_bias",
  "response_format",
  "reasoning",
  "reasoning_effort",
  "thinking",
  "verbosity",
  "modalities",
  "prediction",
  "web_search_options",
  "tools",
  "functions",
  "tool_choice",
  "function_call",
  "parallel_tool_calls",
]);

/** Every reason for which the two answers are not answers to the same question; empty when they are. */
export function reasonsNotToCompare(primary: CallRecord, silent: CallRecord): readonly NotComparable[] {
  const lostOnOneSide = differenceOf(lostParameters(primary), lostParameters(silent));
  const reasons: readonly [NotComparable, boolean][] = [
    ["primary_failed", primary.status === "error" || (primary.status === "ok" && primary.answer === null)],
    ["primary_partial", primary.status === "partial"],
    ["silent_failed", silent.status !== "ok" || silent.answer === null],
    ["answered_by_fallback", answeredByFallback(primary) || answeredByFallback(silent)],
    ["parameters_changed", lostOnOneSide.some((param) => !TOOLS.has(param))],
    ["tools_stripped", lostOnOneSide.some((param) => TOOLS.has(param))],
  ];
  return reasons.filter(([, holds]) => holds).map(([reason]) => reason);
}

function answeredByFallback({ answered_by, model_group }: CallRecord): boolean {
  return answered_by !== null && answered_by !== model_group;
}

function lostParameters({ changes }: CallRecord): ReadonlySet<string> {
  return new Set(changes.filter(isLoss).map(({ param }) => rootOf(param)));
}

function isLoss({ action, param }: Change): boolean {
  const lost = action === "dropped" || action === "stripped";
  return lost && SHAPING.has(rootOf(param)) && !param.endsWith("cache_control");
}

/** `tools` of `tools[0].function.strict`. */
function rootOf(param: string): string {
  return /^[^.[]*/.exec(param)?.[0] ?? param;
}

/** A parameter that both calls lost makes no difference between them. */
function differenceOf(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...[...one].filter((param) => !other.has(param)), ...[...other].filter((param) => !one.has(param))];
}
