import { isUtf8 } from "node:buffer";
import { type ChatBody, sanitizedText, sanitizeRequest, type WrittenBody } from "@understudy/providers";
import type { Api } from "@understudy/apis";
import { JsonTooDeepError, MAX_JSON_DEPTH, parseBoundedJson } from "@understudy/runtime";
import { ApiError } from "../http/api-error.ts";

/** A request for a model that may be forwarded. */
export interface ClientRequest {
  readonly model: string;
  readonly body: ChatBody;
  /** As it was sent, what no client may say included: nothing of it is forwarded, or kept. */
  readonly sent: ChatBody;
  /** JSON text of `body`: the client's own, unless something had to be taken out. */
  readonly text: string;
  readonly written: WrittenBody;
  readonly bytes: number;
  /** The client asked, as LiteLLM has it, that its call be in no log but the process's own. */
  readonly noLog: boolean;
}

/** Reads the raw body once; a model that the path names goes before its own. Throws `ApiError` with what to mend. */
export function readClientRequest(api: Api, raw: unknown, pathModel: string | null = null): ClientRequest {
  if (!Buffer.isBuffer(raw) || raw.byteLength === 0) {
    throw new ApiError(
      "invalid_json",
      `The request has no body. Send a JSON object with \`model\` and \`${api.asks}\`.`,
    );
  }
  // Decoding would put other characters in place of what is not UTF-8, and nobody would know.
  if (!isUtf8(raw)) throw new ApiError("invalid_json", "The request body is not valid UTF-8, as JSON must be.");
  const text = raw.toString("utf8");
  const parsed = parseObject(text, api);
  const sanitized = sanitizeRequest(parsed);
  const { body } = sanitized;
  const model = pathModel ?? requireModel(body);
  const fault = api.faultOf(body);
  if (fault !== null) throw new ApiError("invalid_request", fault.message, { param: fault.param });
  const clean = sanitizedText(text, parsed, sanitized);
  return {
    model,
    body,
    sent: parsed,
    text: clean,
    written: { text: clean, bytes: clean === text ? raw : null, value: body },
    bytes: raw.byteLength,
    noLog: parsed["no-log"] === true || parsed["no_log"] === true,
  };
}

function parseObject(text: string, { asks }: Api): ChatBody {
  let parsed: unknown;
  try {
    parsed = parseBoundedJson(text);
  } catch (error) {
    if (error instanceof JsonTooDeepError) {
      const message = `The request body is nested deeper than ${MAX_JSON_DEPTH} levels. Send less of it within each other.`;
      throw new ApiError("invalid_request", message, { cause: error });
    }
    throw new ApiError("invalid_json", `The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ApiError("invalid_json", `The request body must be a JSON object with \`model\` and \`${asks}\`.`);
  }
  return parsed as ChatBody;
}

function requireModel(body: ChatBody): string {
  const model = body["model"];
  if (typeof model === "string" && model !== "") return model;
  throw new ApiError("invalid_request", "`model` must name a model group, as a string.", { param: "model" });
}
