import type { ChatBody } from "./chat-body.ts";
import { withoutPaths } from "./drop-params.ts";
import { refusedParams } from "./refused-params.ts";
import { type Target, upstreamModel, urlWithModel } from "./target.ts";
import { withModel, type WrittenBody } from "./written-body.ts";

/** One HTTP POST to a provider. */
export interface ChatRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * What to send for a client's body. The deployment's defaults lie under the client's values; `extra_body` lies over
 * all. `metadata` is for logs and is kept back, unless the client asks the provider to store the answer under it.
 * `written` is what `body` was read from: where nothing but the model is to be another, it goes out as it came.
 */
export function buildChatRequest(
  target: Target,
  body: ChatBody,
  requestedModel: string,
  written: WrittenBody | null = null,
): ChatRequest {
  const model = upstreamModel(target, requestedModel);
  const whole = target.asIs ? body : merged(target, body, model);
  const asWritten = whole === body && written !== null ? withModel(written, body["model"], model) : null;
  return {
    url: target.wildcard ? urlWithModel(target.chatUrl, model) : target.chatUrl,
    headers: target.headers,
    body: asWritten ?? JSON.stringify({ ...whole, model, ...keptBack(body), ...target.deployment.extraBody }),
  };
}

/** The body itself where the deployment has nothing to add and nothing to take away. */
function merged(target: Target, body: ChatBody, model: string): ChatBody {
  const { defaults, dropParams, additionalDropParams, extraBody } = target.deployment;
  const whole: Record<string, unknown> = { ...defaults, ...body };
  if (Array.isArray(defaults["tools"]) && Array.isArray(body["tools"])) {
    whole["tools"] = [...(defaults["tools"] as unknown[]), ...(body["tools"] as unknown[])];
  }
  const dropped = dropParams
    ? [...refusedParams(target.traits, model, whole), ...additionalDropParams]
    : additionalDropParams;
  if (dropped.length > 0) return withoutPaths(whole, dropped);
  return isEmpty(defaults) && isEmpty(extraBody) ? body : whole;
}

function keptBack(body: ChatBody): ChatBody {
  return { metadata: body["store"] === true ? body["metadata"] : undefined, litellm_metadata: undefined };
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
