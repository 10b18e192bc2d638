import { badRequest, RefusedRequest } from "../api-error.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "../json.ts";

/** What stands in a call that another model made. */
const NOT_SIGNED = "skip_thought_signature_validator";
/** Models that refuse a call of theirs without its signature. */
const SIGNS = /gemini-[3-9]/;

/** The signature of a call. */
export function signatureOf(name: string): string {
  return Buffer.from(`thought before ${name}`).toString("base64");
}

/** A generateContent request as a chat request. Throws `RefusedRequest` for what Gemini is known to refuse. */
export function geminiAsChat(body: JsonObject): JsonObject {
  const contents = arrayOf(body["contents"]).map(objectOf);
  const config = objectOf(body["generationConfig"]);
  const calling = objectOf(objectOf(body["toolConfig"])["functionCallingConfig"]);
  refuseContents(contents, stringOf(body["model"]) ?? "");
  const system = partsIn(body["systemInstruction"]);
  return {
    model: body["model"],
    stream: body["stream"],
    temperature: config["temperature"],
    max_completion_tokens: config["maxOutputTokens"],
    stop: config["stopSequences"],
    messages: [
      ...(system.length === 0 ? [] : [{ role: "system", content: system.flatMap(chatParts) }]),
      ...contents.flatMap(chatMessages),
    ],
    tools: arrayOf(body["tools"]).map(objectOf).flatMap(chatTools),
    tool_choice: chatChoice(calling),
    response_format: chatFormat(config),
  };
}

function refuse(message: string): never {
  throw new RefusedRequest(badRequest(message));
}

function partsIn(content: unknown): readonly JsonObject[] {
  return arrayOf(objectOf(content)["parts"]).map(objectOf);
}

function refuseContents(contents: readonly JsonObject[], model: string): void {
  if (contents.length === 0) refuse("GenerateContentRequest.contents: contents is not specified");
  for (const [index, content] of contents.entries()) {
    const parts = partsIn(content);
    if (parts.length === 0)
      refuse(`GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`);
    const calls = parts.filter((part) => "functionCall" in part);
    const results = partsIn(contents[index + 1]).filter((part) => "functionResponse" in part);
    if (calls.length > 0 && index + 1 < contents.length && results.length !== calls.length)
      refuse(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    refuseUnsigned(calls, model);
  }
}

/** Of calls that were made at once the first alone is signed. */
function refuseUnsigned([first]: readonly JsonObject[], model: string): void {
  if (first === undefined || !SIGNS.test(model)) return;
  const name = stringOf(objectOf(first["functionCall"])["name"]) ?? "";
  const signature = first["thoughtSignature"];
  if (signature === signatureOf(name) || signature === NOT_SIGNED) return;
  refuse(
    signature === undefined
      ? `Function call \`${name}\` is missing a thought_signature in functionCall parts.`
      : "Corrupted thought signature.",
  );
}

/** A message of its own for each result of a tool, before what else the user says. */
function chatMessages(content: JsonObject): readonly object[] {
  const parts = partsIn(content);
  const results = parts.map(({ functionResponse }) => functionResponse).filter(isObject);
  const told = results.map(({ response }) => ({ role: "tool", content: textOf(objectOf(response)) }));
  const said = parts.flatMap(chatParts);
  const role = content["role"] === "model" ? "assistant" : "user";
  return told.length > 0 && said.length === 0 ? told : [...told, { role, content: said }];
}

function textOf({ content, error }: JsonObject): string {
  const told = content ?? error;
  return typeof told === "string" ? told : JSON.stringify(told ?? null);
}

function chatParts(part: JsonObject): readonly object[] {
  if ("inlineData" in part || "fileData" in part) return [{ type: "image_url" }];
  const { text, thought } = part;
  return typeof text === "string" && thought !== true ? [{ type: "text", text }] : [];
}

function chatTools({ functionDeclarations }: JsonObject): readonly object[] {
  return arrayOf(functionDeclarations)
    .map(objectOf)
    .map(({ name, description, parameters, parametersJsonSchema }) => {
      const schema = parametersJsonSchema ?? parameters;
      return { type: "function", function: { name, description, parameters: schema } };
    });
}

function chatChoice({ mode, allowedFunctionNames }: JsonObject): unknown {
  const [name, ...others] = arrayOf(allowedFunctionNames);
  if (mode === "ANY" && name !== undefined && others.length === 0) return { type: "function", function: { name } };
  return mode === "ANY" ? "required" : mode === "NONE" ? "none" : "auto";
}

function chatFormat({ responseMimeType, responseSchema, responseJsonSchema }: JsonObject): unknown {
  if (responseMimeType !== "application/json") return undefined;
  const schema = responseJsonSchema ?? responseSchema;
  if (schema === undefined) return { type: "json_object" };
  return { type: "json_schema", json_schema: { name: "answer", schema } };
}
