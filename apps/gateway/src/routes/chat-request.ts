import { isUtf8 } from "node:buffer";
import { type ChatBody, sanitizeRequest, type WrittenBody } from "@understudy/providers";
import { ApiError } from "../http/api-error.ts";

/** A chat request that may be forwarded. */
export interface ChatRequest {
  readonly model: string;
  readonly body: ChatBody;
  /** JSON text of `body`: the client's own, unless something had to be taken out. */
  readonly text: string;
  /** What came, where it holds nothing but `body`; else null. */
  readonly written: WrittenBody | null;
  readonly bytes: number;
  /** The client asked, as LiteLLM has it, that its call be in no log but the process's own. */
  readonly noLog: boolean;
}

/** Reads the raw body once. Throws `ApiError` with what to mend. */
export function readChatRequest(raw: unknown): ChatRequest {
  if (!Buffer.isBuffer(raw) || raw.byteLength === 0) {
    throw new ApiError("invalid_json", "The request has no body. Send a JSON object with `model` and `messages`.");
  }
  // Decoding would put other characters in place of what is not UTF-8, and nobody would know.
  if (!isUtf8(raw)) throw new ApiError("invalid_json", "The request body is not valid UTF-8, as JSON must be.");
  const text = raw.toString("utf8");
  const parsed = parseObject(text);
  const { body, stripped, hasContainers } = sanitizeRequest(parsed);
  return {
    model: requireModel(body),
    body: requireMessages(body),
    text: stripped.length === 0 ? text : JSON.stringify(body),
    written: stripped.length === 0 && !hasContainers ? raw : null,
    bytes: raw.byteLength,
    noLog: parsed["no-log"] === true || parsed["no_log"] === true,
  };
}

function parseObject(text: string): ChatBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ApiError("invalid_json", `The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ApiError("invalid_json", "The request body must be a JSON object with `model` and `messages`.");
  }
  return parsed as ChatBody;
}

function requireModel(body: ChatBody): string {
  const model = body["model"];
  if (typeof model === "string" && model !== "") return model;
  throw new ApiError("invalid_request", "`model` must name a model group, as a string.", { param: "model" });
}

function requireMessages(body: ChatBody): ChatBody {
  const { messages, stream } = body as { messages?: unknown; stream?: unknown };
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new ApiError("invalid_request", "`messages` must be a list with at least one message.", {
      param: "messages",
    });
  }
  if (stream !== undefined && stream !== null && typeof stream !== "boolean") {
    throw new ApiError("invalid_request", "`stream` must be true or false.", { param: "stream" });
  }
  return body;
}
