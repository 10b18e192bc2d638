import { isUtf8 } from "node:buffer";
import { type ChatBody, sanitizeRequest, type WrittenBody } from "@understudy/providers";
import type { Operation } from "@understudy/router";
import { ApiError } from "../http/api-error.ts";

/** A request for a model that may be forwarded. */
export interface ClientRequest {
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

interface Kind {
  /** Beside `model`, the parameter that says what is asked. */
  readonly param: string;
  /** Throws `ApiError` with what to mend. */
  readonly require: (body: ChatBody) => void;
}

const KINDS: Readonly<Record<Operation, Kind>> = {
  chat: { param: "messages", require: requireMessages },
  embeddings: { param: "input", require: requireInput },
};

/** Reads the raw body once. Throws `ApiError` with what to mend. */
export function readClientRequest(operation: Operation, raw: unknown): ClientRequest {
  const kind = KINDS[operation];
  if (!Buffer.isBuffer(raw) || raw.byteLength === 0) {
    throw new ApiError(
      "invalid_json",
      `The request has no body. Send a JSON object with \`model\` and \`${kind.param}\`.`,
    );
  }
  // Decoding would put other characters in place of what is not UTF-8, and nobody would know.
  if (!isUtf8(raw)) throw new ApiError("invalid_json", "The request body is not valid UTF-8, as JSON must be.");
  const text = raw.toString("utf8");
  const parsed = parseObject(text, kind);
  const { body, stripped, hasContainers } = sanitizeRequest(parsed);
  const model = requireModel(body);
  kind.require(body);
  return {
    model,
    body,
    text: stripped.length === 0 ? text : JSON.stringify(body),
    written: stripped.length === 0 && !hasContainers ? raw : null,
    bytes: raw.byteLength,
    noLog: parsed["no-log"] === true || parsed["no_log"] === true,
  };
}

function parseObject(text: string, { param }: Kind): ChatBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ApiError("invalid_json", `The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ApiError("invalid_json", `The request body must be a JSON object with \`model\` and \`${param}\`.`);
  }
  return parsed as ChatBody;
}

function requireModel(body: ChatBody): string {
  const model = body["model"];
  if (typeof model === "string" && model !== "") return model;
  throw new ApiError("invalid_request", "`model` must name a model group, as a string.", { param: "model" });
}

function requireMessages(body: ChatBody): void {
  const { messages, stream } = body as { messages?: unknown; stream?: unknown };
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new ApiError("invalid_request", "`messages` must be a list with at least one message.", {
      param: "messages",
    });
  }
  if (stream !== undefined && stream !== null && typeof stream !== "boolean") {
    throw new ApiError("invalid_request", "`stream` must be true or false.", { param: "stream" });
  }
}

/** What of it a model takes is the provider's to say. */
function requireInput(body: ChatBody): void {
  const { input, stream } = body as { input?: unknown; stream?: unknown };
  if ((typeof input !== "string" && !Array.isArray(input)) || input.length === 0) {
    throw new ApiError("invalid_request", "`input` must be a text, or a list with at least one.", { param: "input" });
  }
  if (stream !== undefined && stream !== null && stream !== false) {
    throw new ApiError("invalid_request", "Embeddings are not streamed: leave `stream` out.", { param: "stream" });
  }
}
