import type { ApiName } from "./api-name.ts";

/** The APIs in which one may chat: what is asked in one of them can be carried to another. */
export type SpokenApi = Extract<ApiName, "chat" | "responses" | "messages">;

/** A wire format that no client speaks here: deployments are asked in it over the bridge. */
export type OwnWire = "converse" | "gemini" | "ollama";

/** What a deployment is asked in over the bridge. */
export type Via = SpokenApi | OwnWire;
