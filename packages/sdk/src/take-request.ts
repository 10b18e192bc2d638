import { type Api, isObject } from "@understudy/apis";
import { type ChatBody, sanitizedText, sanitizeRequest, type WrittenBody } from "@understudy/providers";
import { parseBoundedJson } from "@understudy/runtime";

/** A request as it was when it was made. */
export interface TakenRequest {
  readonly model: string;
  readonly body: ChatBody;
  readonly written: WrittenBody;
  readonly bytes: number;
}

/**
 * Copies the request through its JSON, so that a caller who adds to its messages while the answer comes changes neither a
 * retry nor the mirror. Throws `TypeError` with what to mend.
 */
export function takeRequest(api: Api, request: object): TakenRequest {
  const text = JSON.stringify(request);
  const parsed = parseBoundedJson(text);
  if (!isObject(parsed)) throw new TypeError("a request is an object");
  const sanitized = sanitizeRequest(parsed);
  const { body } = sanitized;
  const { model } = body;
  if (typeof model !== "string" || model === "") throw new TypeError("`model` must name a model group, as a string.");
  const fault = api.faultOf(body);
  if (fault !== null) throw new TypeError(fault.message);
  const clean = sanitizedText(text, parsed, sanitized);
  const bytes = Buffer.from(clean);
  return { model, body, written: { text: clean, bytes, value: body }, bytes: bytes.byteLength };
}
