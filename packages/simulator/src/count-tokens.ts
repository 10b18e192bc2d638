import { RefusedRequest, simulatedFailure } from "./api-error.ts";
import { type ChatDeps, type ModelCall, takeFault } from "./chat-answer.ts";
import { readChatRequest } from "./chat-request.ts";
import { type Exchange, sendJson } from "./exchange.ts";
import type { JsonObject } from "./json.ts";

/** How one API counts: its request as chat's, and what stands in the answer beside the count. */
export interface Counting {
  readonly asChat: (body: JsonObject) => JsonObject;
  readonly head: JsonObject;
}

/** Answers how many tokens the input of a request has: what the usage of an answer to it says. */
export function answerCount(exchange: Exchange, call: ModelCall, { asChat, head }: Counting, deps: ChatDeps): void {
  const { model, fault } = takeFault(exchange, call.modelName, deps.faults);
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") return exchange.cut(true);
  if (fault?.kind === "fail") throw new RefusedRequest(simulatedFailure(fault.status));
  const { promptTokens } = readChatRequest(asChat(call.body), false, model);
  sendJson(exchange, 200, {}, JSON.stringify({ ...head, input_tokens: promptTokens }));
}
