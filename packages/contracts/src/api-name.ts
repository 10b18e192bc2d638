/** The wire formats that clients speak, each at paths of its own. */
export const API_NAMES = ["chat", "responses", "messages", "completions", "embeddings"] as const;
export type ApiName = (typeof API_NAMES)[number];
