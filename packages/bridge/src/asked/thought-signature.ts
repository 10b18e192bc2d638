import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, textOrNull } from "@understudy/apis";

/**
 * Gemini signs what it thought before it called a tool, and refuses the call's result without that signature. A client carries it as
 * what its own API has for such things: Messages as the signature of an empty thought, Responses as an item's encrypted content.
 * This mark in front tells it from Anthropic's and OpenAI's own, of whose letters the colon is none.
 */
const MARK = "gemini:";

export function marked(signature: string): string {
  return `${MARK}${signature}`;
}

/** Null for what is not Gemini's. */
export function unmarked(text: unknown): string | null {
  return typeof text === "string" && text.startsWith(MARK) ? text.slice(MARK.length) : null;
}

/** As Google's package knows it, on the call that it is of. */
export function signedBy(signature: string): SharedV4ProviderOptions {
  return { google: { thoughtSignature: signature } };
}

/** What a part of Google's package's is signed with, Vertex AI's included. */
export function signatureIn(options: SharedV4ProviderOptions | undefined): string | null {
  const { google, googleVertex } = options ?? {};
  return textOrNull((google ?? googleVertex)?.["thoughtSignature"]);
}

/** Where a chat's call has it: Google's own place for it in OpenAI's format, and LiteLLM's. */
export function signatureOfCall(call: Readonly<Record<string, unknown>>): string | null {
  const { extra_content: extra, provider_specific_fields: fields } = call;
  const google = isObject(extra) ? extra["google"] : null;
  const given = isObject(google) ? google["thought_signature"] : isObject(fields) ? fields["thought_signature"] : null;
  return textOrNull(given);
}
