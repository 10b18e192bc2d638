import { stableFraction } from "@understudy/runtime";
import type { ChatRequest } from "./chat-request.ts";

/** Least and most hidden tokens for each effort. */
const EFFORTS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  none: [0, 0],
  minimal: [0, 0],
  low: [64, 320],
  medium: [128, 1024],
  high: [512, 2048],
};

/** Hidden tokens spent on a request, in steps of 64; no more than the request allows for all of its output. */
export function spendReasoning(request: ChatRequest, seed: string, model: string): number {
  const [least, most] = EFFORTS[request.effort] ?? [128, 1024];
  const fraction = stableFraction(`${seed}\n${model}\n${request.fingerprint}`);
  const spent = Math.round((least + (most - least) * fraction ** 2) / 64) * 64;
  return Math.min(spent, request.maxTokens ?? spent);
}
