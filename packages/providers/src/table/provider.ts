import type { Clouds } from "@understudy/config";
import type { ApiName, OwnWire } from "@understudy/contracts";

/** A cloud that gives out credentials, or wants requests signed. */
export type Cloud = keyof Clouds;

export type JsonFormat = "json_schema" | "json_object";

/** One row of the table of providers: all that is to know to call its chat, OpenAI-compatible or not. */
export interface Provider {
  /** The prefix in `model: <name>/<model>`. */
  readonly name: string;
  /** `path`: base URL and path joined. The others build Azure's URLs, and those of Google Cloud's projects. */
  readonly url: "path" | "azure" | "azure_ai" | "vertex";
  /** The APIs that it speaks, each beside the one whose path is below. What it does not speak goes over the bridge. */
  readonly apis: readonly ApiName[];
  /** The wire format of its own in which it is asked for chats, in place of those of `apis`; null: it has none that is used. */
  readonly wire: OwnWire | null;
  /** The parameters for whose sake alone it is asked in it, since none of its APIs knows them; null: it always is. */
  readonly wireParams: readonly string[] | null;
  /** The header that takes the key of an API, where that is another than `auth` says; a token goes as Bearer all the same. */
  readonly keyHeaders: Readonly<Partial<Record<ApiName | OwnWire, string>>>;
  /** Used when neither the deployment nor the environment names one; null: one must be named. */
  readonly baseUrl: string | null;
  /** Appended to the base URL, except for what the base URL already ends with. */
  readonly path: string;
  readonly baseEnv: readonly string[];
  readonly keyEnv: readonly string[];
  /** Variables that hold a short-lived token, sent as Bearer when there is no key. */
  readonly tokenEnv: readonly string[];
  /** `azure-host`: `api-key` at Azure's own hosts, Bearer elsewhere. */
  readonly auth: "bearer" | "api-key" | "azure-host";
  /** Whose credentials it takes where it has no key; null takes none. */
  readonly cloud: Cloud | null;
  readonly keyRequired: boolean;
  /** Environment variable to the header that carries its value, when it is set. */
  readonly envHeaders: Readonly<Record<string, string>>;
  /** Host and path beginnings of an `api_base` that give the provider away when `model` has no prefix. */
  readonly hosts: readonly string[];
  /** Put before model names that have no `/`. */
  readonly modelPrefix: string;
  /** True: a name may begin with who serves the model behind this provider, which that wants at the end: `together/org/model` is `org/model:together`. */
  readonly serverFirst: boolean;
  /** False: `developer` messages must be sent as `system`. */
  readonly developerRole: boolean;
  /** True: serves OpenAI's reasoning models, with what those refuse. */
  readonly openaiReasoning: boolean;
  /** True: keeps answers when asked to with `store`. */
  readonly stores: boolean;
  /** OpenAI's parameter name to the one this provider knows it by. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Parameters that the endpoint is known to answer with 4xx. */
  readonly refused: readonly string[];
  /** The strictest `response_format` that it is known to take, of its common models; null: not known. */
  readonly jsonFormat: JsonFormat | null;
  /** True: counts hidden reasoning in `total_tokens` alone, under no name of its own. */
  readonly thinkingInTotal: boolean;
  /** The provider's id in genai-prices; null: it has no price list. */
  readonly priceId: string | null;
}
