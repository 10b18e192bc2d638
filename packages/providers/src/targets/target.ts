import type { ApiName, OwnWire, Via } from "@understudy/contracts";
import type { Deployment } from "@understudy/config";
import type { Credentials } from "../credentials/credentials.ts";
import type { Provider } from "../table/provider.ts";
import { fillWildcards, wildcardCaptures } from "../table/wildcard.ts";
import { bedrockName } from "./bedrock.ts";

/** One deployment, ready to be called: nothing is looked up or merged when a request comes. */
export interface Target {
  readonly deployment: Deployment;
  /** Name of the provider: a row of `PROVIDERS`. */
  readonly provider: string;
  readonly traits: Provider;
  /** The model's name at the provider; holds `*` when `wildcard`. */
  readonly model: string;
  readonly wildcard: boolean;
  /** How it is called, by API; an API that is not there is not spoken by its provider. */
  readonly ways: Readonly<Partial<Record<ApiName, Way>>>;
  /** How it is asked for chats in a wire format of its own; null: in an API. */
  readonly own: OwnWay | null;
  /** For an API that is not among its ways: the one of them, or its own format, that it is asked in instead, over the bridge. */
  readonly bridges: Readonly<Partial<Record<ApiName, Via>>>;
  /** Set: no way's headers hold a key, and these add one, or a signature, to each call. */
  readonly credentials: Credentials | null;
  /** True for a deployment of `*`: it is one target for each provider, and serves that provider's models only. */
  readonly anyProvider: boolean;
  /** True: the client's body goes out as it came but for `model`. */
  readonly asIs: boolean;
}

/** Where an API of a deployment is, and what every call of it carries. */
export interface Way {
  /** Holds `*` where the model's name goes when the URL depends on it. */
  readonly url: string;
  /**
   * Where a streamed answer is, where that is another place. Such a URL says all of the model and the stream: to Claude at Vertex AI goes
   * a body that names neither, but the version of its API.
   */
  readonly streamUrl?: string;
  /** Lower-case names; the provider's key is in here and nowhere else in what is sent. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface OwnWay extends Way {
  readonly wire: OwnWire;
  readonly streamUrl: string;
}

/** Any of its ways: all lead to one host, with one key. */
export function anyWay({ ways, own }: Target): Way {
  const way = own ?? Object.values(ways)[0];
  if (way === undefined) throw new Error("a target has a way");
  return way;
}

/** The name that the provider knows the model by. For a wildcard, what the client asked for fills the `*`. */
export function upstreamModel(target: Target, requestedModel: string): string {
  if (!target.wildcard) return target.model;
  const own = `${target.provider}/`;
  const captures = wildcardCaptures(target.deployment.modelGroup, requestedModel) ?? [requestedModel];
  const bare = captures.map((capture) => (capture.startsWith(own) ? capture.slice(own.length) : capture));
  return providersName(target.traits, fillWildcards(target.model, bare));
}

export function providersName({ wire, modelPrefix, serverFirst }: Provider, model: string): string {
  if (wire === "converse") return bedrockName(model).model;
  if (serverFirst) return model.replace(/^([^/]+)\/([^/]+\/[^/]+)$/, "$2:$1");
  return modelPrefix === "" || model.includes("/") ? model : modelPrefix + model;
}

/** The URL with the model's name in place of its `*`, if it has one. */
export function urlWithModel(url: string, model: string): string {
  // A name of dots alone would climb up the path, percent-encoded or not.
  return url.replace("*", () => encodeURIComponent(/^\.+$/.test(model) ? "-" : model));
}
