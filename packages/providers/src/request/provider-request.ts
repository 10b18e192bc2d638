import type { Api, WireObject } from "@understudy/apis";
import type { SpokenApi, Via } from "@understudy/contracts";
import type { ChatBody } from "./chat-body.ts";
import { withoutPaths } from "./drop-params.ts";
import { isReasoningModel, refusedParams } from "./refused-params.ts";
import { type OwnWay, type Target, upstreamModel, urlWithModel, type Way } from "../targets/target.ts";
import { withModel, writeBody, type WrittenBody } from "./written-body.ts";

/** One HTTP POST to a provider. */
export interface ProviderRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * What to send for a client's body. The deployment's defaults lie under the client's values; `extra_body` lies over
 * all. What the API says is for logs is kept back. `headers` are the client's that go with it; the deployment's own lie over them.
 * `written` is what `body` was read from or made of: all that is not to be another goes out as it came.
 */
export function buildRequest(
  api: Api,
  target: Target,
  { body, requestedModel, written = null, headers = NO_HEADERS }: Asked,
): ProviderRequest {
  const model = upstreamModel(target, requestedModel);
  const way = target.ways[api.name];
  if (way === undefined) throw new Error(`${target.provider} does not speak ${api.name}`);
  const whole = target.asIs ? body : merged(api, target, body, model);
  const keptBack = api.keptBack(body).filter((param) => param in body);
  const raw = rawEdits(way);
  const wanted = { ...whole, model, ...nothingOf(keptBack), ...target.deployment.extraBody, ...raw };
  const onlyModel = raw === null && whole === body && written?.value === body && keptBack.length === 0;
  const given =
    onlyModel && written.bytes !== null ? withModel(written.bytes, body["model"], model, written.first) : null;
  const address = addressOf(way, body);
  return {
    url: target.wildcard ? urlWithModel(address, model) : address,
    headers: { ...api.usualHeaders, ...headers, ...way.headers },
    body: given ?? writeBody(written, wanted),
  };
}

/** What a deployment is asked over the bridge: the client's body with the deployment's defaults, and how it is called. */
export interface BridgedRequest extends Pick<ProviderRequest, "url" | "headers"> {
  readonly via: Via;
  /** What lies over the body that the deployment gets. */
  readonly laidOver: WireObject;
  /** Settings that only its own wire format knows, by LiteLLM's names. */
  readonly settings: WireObject;
  readonly body: ChatBody;
  readonly model: string;
  /** What the model calls the cap on an answer's length in a chat. */
  readonly cap: "max_tokens" | "max_completion_tokens";
}

/** Null for a deployment that speaks the API itself. What is laid over the body is laid over the deployment's own. */
export function bridgedRequest(api: Api, target: Target, { body, requestedModel }: Asked): BridgedRequest | null {
  const via = target.bridges[api.name];
  const way = via === undefined ? undefined : wayOf(target, via);
  if (via === undefined || way === undefined) return null;
  const model = upstreamModel(target, requestedModel);
  const whole = target.asIs ? body : merged(api, target, body, model);
  const keptBack = api.keptBack(body).filter((param) => param in body);
  const address = addressOf(way, body);
  const url = target.wildcard ? urlWithModel(address, model) : address;
  const cap = isReasoningModel(target.traits, model) ? "max_completion_tokens" : "max_tokens";
  const settings = { ...target.deployment.defaults, ...body };
  // The path alone names the model there, by an ARN perhaps, which tells nothing of it.
  const known = via === "converse" ? (target.deployment.baseModel ?? model) : model;
  const laidOver = { ...target.deployment.extraBody, ...(via === "messages" ? rawEdits(way) : null) };
  return {
    via,
    url,
    headers: way.headers,
    settings,
    model: known,
    laidOver,
    cap,
    body: { ...whole, model, ...nothingOf(keptBack) },
  };
}

function wayOf({ ways, own }: Target, via: Via): (Way & Partial<OwnWay>) | undefined {
  return own !== null && own.wire === via ? own : ways[via as SpokenApi];
}

function addressOf({ url, streamUrl }: Way, body: ChatBody): string {
  return body["stream"] === true ? (streamUrl ?? url) : url;
}

/** Claude at Vertex AI: the URL names the model, and the body the version of the API. Null for all others. */
function rawEdits({ streamUrl }: Way): WireObject | null {
  return streamUrl === undefined ? null : { model: undefined, anthropic_version: "vertex-2023-10-16" };
}

const NO_HEADERS: ProviderRequest["headers"] = {};

/** What a client asks, before it is one provider's. */
export interface Asked {
  readonly body: ChatBody;
  readonly requestedModel: string;
  readonly written?: WrittenBody | null;
  /** Those of the client's that the API forwards. */
  readonly headers?: ProviderRequest["headers"];
}

/** The body itself where the deployment has nothing to add and nothing to take away. */
function merged(api: Api, target: Target, body: ChatBody, model: string): ChatBody {
  const { dropParams, additionalDropParams, extraBody } = target.deployment;
  const defaults = defaultsFor(api, target);
  const whole: Record<string, unknown> = { ...defaults, ...body };
  if (Array.isArray(defaults["tools"]) && Array.isArray(body["tools"])) {
    whole["tools"] = [...(defaults["tools"] as unknown[]), ...(body["tools"] as unknown[])];
  }
  const dropped = dropParams
    ? [...refusedParams(target.traits, model, whole), ...additionalDropParams]
    : additionalDropParams;
  if (dropped.length > 0) return withoutPaths(whole, dropped);
  return isEmpty(defaults) && isEmpty(extraBody) ? body : whole;
}

/** A deployment's parameters are a chat's; of them another API takes those that it knows under the same name. */
function defaultsFor({ takesDefault }: Api, { deployment: { defaults } }: Target): WireObject {
  return Object.fromEntries(Object.entries(defaults).filter(([param]) => takesDefault(param)));
}

function nothingOf(params: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(params.map((param) => [param, undefined]));
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
