import type { LanguageModelV4FilePart } from "@ai-sdk/provider";
import { CannotCarryError } from "./asked.ts";

const DATA_URL = /^data:([^;,]+)(?:;[^,]*)?;base64,/i;

/** A file by its address, `data:` ones included; `mediaType` where the address does not tell it. */
export function fileAt(url: string, mediaType: string, filename?: string): LanguageModelV4FilePart {
  const named = filename === undefined ? {} : { filename };
  const data = DATA_URL.exec(url);
  if (data !== null) return fileOf(url.slice(data[0].length), data[1] ?? mediaType, filename);
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new CannotCarryError("messages", "a file has no address that can be read");
  return { type: "file", mediaType, data: { type: "url", url: parsed }, ...named };
}

/** A file by its bytes in base64. */
export function fileOf(base64: string, mediaType: string, filename?: string): LanguageModelV4FilePart {
  const named = filename === undefined ? {} : { filename };
  return { type: "file", mediaType, data: { type: "data", data: base64 }, ...named };
}
