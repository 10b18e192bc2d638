import type { Caller } from "@understudy/contracts";
import type { IncomingHttpHeaders } from "node:http";
import type { Holder } from "../http/keyring.ts";

/** Names are kept with every call, and no real one is longer. */
const LONGEST_NAME = 128;

/** Where LiteLLM's proxy says whose call it passes on, with `add_user_information_to_llm_headers: true`. */
const HEADER = "x-litellm-user_api_key_";

/**
 * Whose call it is, by the key that it came with; undefined where that names nobody. What a request says of it is believed where its
 * key is a proxy's alone: any other client could take somebody else's name.
 */
export function callerOf(
  holder: Holder | null,
  headers: IncomingHttpHeaders,
  body: Readonly<Record<string, unknown>>,
): Caller | undefined {
  if (holder?.kind !== "client") return undefined;
  const { alias, team } = holder;
  return (holder.proxy ? namedBy(headers, body) : null) ?? { key_alias: alias, team };
}

/** Null where the proxy names nobody: the call is its own. */
function namedBy(headers: IncomingHttpHeaders, body: Readonly<Record<string, unknown>>): Caller | null {
  const said = [body["metadata"], body["litellm_metadata"]].filter(isObject);
  const named = (what: string): string | null =>
    nameIn(headers[`${HEADER}${what}`]) ??
    said.map((metadata) => nameIn(metadata[`user_api_key_${what}`])).find((name) => name !== null) ??
    null;
  const key_alias = named("alias");
  const team = named("team_alias") ?? named("team_id");
  return key_alias === null && team === null ? null : { key_alias, team };
}

function nameIn(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, LONGEST_NAME) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
