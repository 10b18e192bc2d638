import type { ChatBody } from "./chat-body.ts";
import { withoutPaths } from "./drop-params.ts";
import { refusedParams } from "./refused-params.ts";
import { type Target, upstreamModel, urlWithModel } from "./target.ts";

/** One HTTP POST to a provider. */
export interface ChatRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What to send for a client's body. The deployment's defaults lie under the client's values; `extra_body` lies over
 * all. `metadata` is for logs and is kept back, unless the client asks the provider to store the answer under it.
 */
export function buildChatRequest(target: Target, body: ChatBody, requestedModel: string): ChatRequest {
  const model = upstreamModel(target, requestedModel);
  const kept = { model, metadata: body["store"] === true ? body["metadata"] : undefined, litellm_metadata: undefined };
  return {
    url: target.wildcard ? urlWithModel(target.chatUrl, model) : target.chatUrl,
    headers: target.headers,
    body: JSON.stringify(
      target.asIs ? { ...body, ...kept } : { ...merged(target, body, model), ...kept, ...target.deployment.extraBody },
    ),
  };
}

function merged(target: Target, body: ChatBody, model: string): ChatBody {
  const { defaults, dropParams, additionalDropParams } = target.deployment;
  const whole: Record<string, unknown> = { ...defaults, ...body };
  if (Array.isArray(defaults["tools"]) && Array.isArray(body["tools"])) {
    whole["tools"] = [...(defaults["tools"] as unknown[]), ...(body["tools"] as unknown[])];
  }
  const dropped = dropParams
    ? [...refusedParams(target.traits, model, whole), ...additionalDropParams]
    : additionalDropParams;
  return dropped.length === 0 ? whole : withoutPaths(whole, dropped);
}
