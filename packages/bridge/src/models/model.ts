import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { WireObject } from "@understudy/apis";
import { whereInstalled } from "@understudy/runtime";
import type { Asked, Notes } from "../asked/asked.ts";

/** What of a deployment its model package has to know. */
export interface Abilities {
  /** False: it is known to take no schema for its answers. */
  readonly takesSchemas: boolean;
  /** What it calls the cap on an answer's length, in a chat. */
  readonly cap: "max_tokens" | "max_completion_tokens";
  /** True: Vertex AI's Gemini, whose calls have no ids. */
  readonly isVertex: boolean;
  /** False: it refuses to be asked for the usage of a stream. */
  readonly streamsUsage: boolean;
}

/** Whom a request is made fit for. */
export interface Addressee {
  /** As the provider knows it. */
  readonly model: string;
  /** Parameters by LiteLLM's names, of which a package takes what only it knows. */
  readonly settings: WireObject;
}

/** A package that speaks an API, or a wire format that no client speaks. */
export interface ModelPackage {
  /** Loads the package; a process whose deployments need none loads none. */
  readonly load: (model: string, fetch: typeof globalThis.fetch, abilities: Abilities) => Promise<LanguageModelV4>;
  /** The request as the API takes it; what that changes is noted. */
  readonly fitted: (asked: Asked, notes: Notes, to: Addressee) => LanguageModelV4CallOptions;
  /** The body that the package wrote, put right where it must be; what in it the client has not asked for is noted. */
  readonly written: (body: WireObject, asked: Asked, notes: Notes, to: Addressee) => WireObject;
}

/** The versions that were tried, as package.json has them: a package's next version may say things otherwise. */
export const VERSIONS = {
  "@ai-sdk/amazon-bedrock": "5.0.101",
  "@ai-sdk/anthropic": "4.0.105",
  "@ai-sdk/google": "4.0.121",
  "@ai-sdk/openai": "4.0.118",
  "@ai-sdk/openai-compatible": "3.0.92",
} as const;

/** Loads a package, or says that it is to be installed: the SDK installs without them. Rejects with `MissingPackageError`. */
export function installed<T>(name: keyof typeof VERSIONS, loading: Promise<T>): Promise<T> {
  return whereInstalled("a model of another API is asked through", [`${name}@${VERSIONS[name]}`], loading);
}

/** Nobody is there: requests leave by our own transport, to the deployment's address and with its key. */
export const NOWHERE = { baseURL: "http://bridge.invalid/v1", apiKey: "none" } as const;
