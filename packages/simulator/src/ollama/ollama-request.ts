import { badRequest, RefusedRequest } from "../api-error.ts";
import { arrayOf, isObject, type JsonObject, objectOf } from "../json.ts";

/** A request of Ollama's own as a chat request. Throws `RefusedRequest` for what its types do not hold. Streams unless told not to. */
export function ollamaAsChat(body: JsonObject): JsonObject {
  const options = objectOf(body["options"]);
  const messages = arrayOf(body["messages"]).map(objectOf);
  messages.forEach(refuseMessage);
  return {
    model: body["model"],
    stream: body["stream"] !== false,
    temperature: options["temperature"],
    max_completion_tokens: options["num_predict"],
    stop: options["stop"],
    messages: messages.length === 0 ? body["messages"] : messages.map(chatMessage),
    tools: body["tools"],
    response_format: chatFormat(body["format"]),
  };
}

function refuseMessage({ content, images, tool_calls: calls }: JsonObject): void {
  if (typeof content !== "string")
    refuse("json: cannot unmarshal array into Go struct field Message.messages.content of type string");
  if (arrayOf(images).some((image) => typeof image !== "string" || !/^[\w+/]+=*$/.test(image)))
    refuse("illegal base64 data at input byte 0");
  const inputs = arrayOf(calls).map((call) => objectOf(objectOf(call)["function"])["arguments"]);
  if (inputs.some((input) => !isObject(input)))
    refuse("json: cannot unmarshal string into Go struct field .messages.tool_calls.function.arguments of type map");
}

function refuse(message: string): never {
  throw new RefusedRequest(badRequest(message));
}

function chatMessage({ role, content, images }: JsonObject): object {
  const pictures = arrayOf(images).map(() => ({ type: "image_url" }));
  return { role, content: pictures.length === 0 ? content : [{ type: "text", text: content }, ...pictures] };
}

function chatFormat(format: unknown): unknown {
  if (format === "json") return { type: "json_object" };
  return isObject(format) ? { type: "json_schema", json_schema: { name: "answer", schema: format } } : undefined;
}
