import type { RequestHandler, Request, Response } from "express";
import { ApiError } from "./api-error.ts";
import type { Holder, Keyring } from "./keyring.ts";
import { remember } from "./who-asks.ts";

/** What a key is shown for: to call models, or to read and change what runs. */
export type Purpose = "models" | "control";

const HOLDER = "holder";

/** Lets a request in that carries a key which is good for it in any of the headers that clients of the APIs send one in. */
export function authenticate(keyring: Keyring | null, purpose: Purpose): RequestHandler {
  if (keyring === null) return (_request, _response, next) => next();
  return (request, response, next) => {
    const keys = presentedKeys(request);
    const held = holdersOf(keys, keyring);
    const holder = held.find((one) => mayDo(one, purpose));
    if (holder === undefined) throw held[0] === undefined ? unknownKey(keys.length) : notAllowed(held[0]);
    response.locals[HOLDER] = holder;
    remember(response, holder.kind === "master" ? "master_key" : holder.alias);
    next();
  };
}

/** Whose key the request came with; null where no key is set. */
export function holderOf(response: Response): Holder | null {
  return (response.locals[HOLDER] as Holder | undefined) ?? null;
}

/** Whether it carries a key that may read what runs. False where no key is set: nobody can show that it is theirs. */
export function mayControl(request: Request, keyring: Keyring | null): boolean {
  return keyring !== null && holdersOf(presentedKeys(request), keyring).some((holder) => mayDo(holder, "control"));
}

function mayDo(holder: Holder, purpose: Purpose): boolean {
  return purpose === "models" || holder.kind === "master" || holder.control;
}

function holdersOf(keys: readonly string[], keyring: Keyring): readonly Holder[] {
  return keys.map((key) => keyring.holderOf(key)).filter((holder) => holder !== null);
}

function unknownKey(sent: number): ApiError {
  const message =
    sent === 0
      ? "No API key was sent. Send the gateway's master key, or one of its client keys, as `Authorization: Bearer …`."
      : "The API key is neither the gateway's master key (general_settings.master_key) nor one of its client_keys.";
  return new ApiError("invalid_api_key", message);
}

function notAllowed(holder: Holder): ApiError {
  const whose = holder.kind === "client" ? ` of ${holder.alias}` : "";
  const message = `The API key${whose} may call models, and neither read nor change what runs. Send the master key, or a key with control: true.`;
  return new ApiError("key_not_allowed", message);
}

/** Of LiteLLM's clients, Anthropic's, Azure's, Google's and Azure's speech and API management. */
const KEY_HEADERS = ["x-litellm-api-key", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key"];
const BEARER = /^Bearer +(.+)$/i;

/** Some clients send two, such as Claude Code with a key from a script: one of them has to be right. */
function presentedKeys({ headers }: Request): readonly string[] {
  const bearer = BEARER.exec(headers.authorization ?? "")?.[1];
  const others = KEY_HEADERS.map((name) => headers[name]).filter((key) => typeof key === "string");
  // LiteLLM's header takes the key as Bearer too.
  const plain = others.map((key) => BEARER.exec(key)?.[1] ?? key);
  return bearer === undefined ? plain : [bearer, ...plain];
}
