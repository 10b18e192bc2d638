import type { Mocked, MockedAnswer } from "../mocked.ts";

/** A list of numbers is the vector of every input; anything else is none. */
export function mockedEmbeddings({ response, body, model }: Mocked): MockedAnswer {
  const inputs = Array.isArray(body["input"]) ? body["input"].length : 1;
  const embedding: readonly unknown[] = Array.isArray(response) ? response : [];
  const data = Array.from({ length: inputs }, (_, index) => ({ object: "embedding", index, embedding }));
  return { whole: { object: "list", data, model, usage: { prompt_tokens: 10, total_tokens: 10 } }, events: [] };
}
