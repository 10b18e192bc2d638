import type { Repair } from "./refusals/after-refusal.ts";
import type { ChatBody } from "./request/chat-body.ts";
import type { Target } from "./targets/target.ts";
import { isObject, type WireObject } from "@understudy/apis";
import type { WrittenBody } from "./request/written-body.ts";

const PARAM = "stream_options";

/** A client's request that asks for the usage of its stream as well. */
export interface AskingForUsage {
  readonly body: ChatBody;
  readonly written: WrittenBody | null;
}

/**
 * The request with `stream_options.include_usage`, where a stream is asked for and its usage is not. Null where nothing is
 * to be changed, or the provider is known to refuse it, or the deployment has settings of its own for it.
 */
export function askForUsage(
  { traits, deployment }: Target,
  body: ChatBody,
  written: WrittenBody | null,
): AskingForUsage | null {
  if (body["stream"] !== true || traits.refused.includes(PARAM)) return null;
  const { defaults, extraBody, additionalDropParams } = deployment;
  const isDropped = additionalDropParams.some((path) => path.startsWith(PARAM));
  const given = body[PARAM];
  const options: WireObject = isObject(given) ? given : {};
  if (isDropped || PARAM in defaults || PARAM in extraBody || options["include_usage"] === true) return null;
  const asked = { ...options, include_usage: true };
  const asking = { ...body, [PARAM]: asked };
  // Said in front of the client's own bytes, which are then not looked through; where they say it already, it stands there.
  const isNew = written?.value === body && given === undefined;
  const first = `"${PARAM}":${JSON.stringify(asked)},`;
  return { body: asking, written: isNew ? { ...written, value: asking, first } : written };
}

/** The request goes on without it where a provider refuses it. */
export const USAGE_REFUSED = { kind: "param", param: PARAM, onlyFor: null } as const satisfies Repair;

/** Whether an error names what asks for usage. */
export function namesUsage(errorBody: string): boolean {
  return /stream_?options|include_?usage/i.test(errorBody);
}
