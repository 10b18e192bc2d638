import type { ChatBody } from "./chat-body.ts";
import type { Provider } from "../table/provider.ts";

/** Parameters that reasoning models refuse together: an endpoint that names one of them refuses the others next. */
export const SAMPLING_PARAMS: readonly string[] = [
  "temperature",
  "top_p",
  "presence_penalty",
  "frequency_penalty",
  "logprobs",
  "top_logprobs",
  "logit_bias",
];

const TAKEN_WITHOUT_REASONING = new Set(["temperature", "top_p", "logprobs", "top_logprobs"]);

/** Whether the model is one of OpenAI's that think before they answer, at an endpoint with OpenAI's rules for them. */
export function isReasoningModel(provider: Provider, model: string): boolean {
  const name = model.slice(model.lastIndexOf("/") + 1);
  return provider.openaiReasoning && (/^o[134](?:-|$)/.test(name) || /^gpt-5(?!-chat)/.test(name));
}

/** The parameters of the body that the model at this provider is known to refuse. */
export function refusedParams(provider: Provider, model: string, body: ChatBody): readonly string[] {
  const refused = provider.refused.filter((param) => isSet(body, param));
  if (!isReasoningModel(provider, model)) return refused;
  return [...refused, ...SAMPLING_PARAMS.filter((param) => isSet(body, param) && !isTaken(param, model, body))];
}

function isTaken(param: string, model: string, body: ChatBody): boolean {
  if (param === "temperature" && body["temperature"] === 1) return true;
  const answersAtOnce = body["reasoning_effort"] === "none" && /gpt-5\.\d/.test(model);
  return answersAtOnce && TAKEN_WITHOUT_REASONING.has(param);
}

function isSet(body: ChatBody, param: string): boolean {
  return body[param] !== undefined && body[param] !== null;
}
