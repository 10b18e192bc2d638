import { badRequest, RefusedRequest } from "./api-error.ts";
import type { Completion } from "./completion.ts";
import { type JsonObject, objectOf, stringOf } from "./json.ts";
import type { KeptResponses } from "./kept-responses.ts";
import { type OutputItem, outputOf } from "./response-output.ts";
import { messagesOf, responseAsChat } from "./response-request.ts";
import type { Wire } from "./wire.ts";

/** OpenAI's Responses: whole, or as typed events. What is not told to go unkept is kept, to be asked for or gone on from. */
export function createResponsesWire(kept: KeptResponses): Wire {
  const earlierOf = (body: JsonObject): readonly JsonObject[] => {
    const id = stringOf(body["previous_response_id"]);
    if (id === null) return [];
    const earlier = kept.get(id);
    if (earlier !== null) return earlier.messages;
    const message = `Previous response with id '${id}' not found.`;
    throw new RefusedRequest(badRequest(message, "previous_response_not_found", "previous_response_id"));
  };
  const responseOf = (completion: Completion, body: JsonObject, output: readonly OutputItem[]): JsonObject => {
    const response = ended(begun(completion, body), completion, output);
    const id = idOf(completion);
    if (body["store"] !== false) {
      const said = messagesOf({ input: output.map(({ item }) => item) });
      kept.add(id, { body: JSON.stringify(response), messages: [...earlierOf(body), ...messagesOf(body), ...said] });
    }
    return response;
  };

  return {
    asChat: (body) => responseAsChat(body, earlierOf(body)),
    whole(completion, { body }) {
      return JSON.stringify(responseOf(completion, body, outputOf(completion, body)));
    },
    events(completion, { body }) {
      const output = outputOf(completion, body);
      const start = begun(completion, body);
      const end = responseOf(completion, body, output);
      const events = [
        { type: "response.created", response: start },
        { type: "response.in_progress", response: start },
        ...output.flatMap(({ events }) => events),
        { type: `response.${String(end["status"])}`, response: end },
      ];
      return events.map(eventText);
    },
    errorEvent: failedAfter,
    brokenEvent: 'event: response.output_text.delta\ndata: {"type":"response.output_\n\n',
  };
}

function idOf({ id }: Completion): string {
  return id.replace("chatcmpl-", "resp_");
}

/** What a request says of itself stands again in its response. */
const ECHOED: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_p: 1,
  truncation: "disabled",
  user: null,
  metadata: {},
};

function begun(completion: Completion, body: JsonObject): JsonObject {
  const echo = Object.entries(ECHOED).map(([param, usual]) => [param, body[param] ?? usual]);
  return {
    id: idOf(completion),
    object: "response",
    created_at: completion.created,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    model: completion.model,
    output: [],
    usage: null,
    service_tier: "default",
    ...Object.fromEntries(echo),
  };
}

function ended(response: JsonObject, { choices, usage }: Completion, output: readonly OutputItem[]): JsonObject {
  const isCut = choices[0]?.finishReason === "length";
  return {
    ...response,
    status: isCut ? "incomplete" : "completed",
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    output: output.map(({ item }) => item),
    usage: {
      input_tokens: usage.promptTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens },
      output_tokens: usage.completionTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.promptTokens + usage.completionTokens,
    },
  };
}

function eventText(event: JsonObject & { readonly type: string }, number: number): string {
  return `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`;
}

/** The failure of the response whose first events these are. */
function failedAfter(sent: readonly string[]): string {
  const first: unknown = JSON.parse(sent[0]?.split("\ndata: ")[1] ?? "{}");
  const error = { code: "server_error", message: "The server had an error while it was answering." };
  const response = { ...objectOf(objectOf(first)["response"]), status: "failed", error };
  return eventText({ type: "response.failed", response }, sent.length);
}
