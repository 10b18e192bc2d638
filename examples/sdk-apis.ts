// Every API of the SDK, plain and streamed. Wants OPENAI_API_KEY and ANTHROPIC_API_KEY.

import { Router } from "@understudy/sdk";

const openai = { api_key: "os.environ/OPENAI_API_KEY" };
const anthropic = { api_key: "os.environ/ANTHROPIC_API_KEY" };
const router = new Router(
  {
    model_list: [
      { model_name: "gpt", litellm_params: { ...openai, model: "openai/gpt-4o", silent_model: "gpt-next" } },
      { model_name: "gpt-next", litellm_params: { ...openai, model: "openai/gpt-4o-mini" } },
      {
        model_name: "claude",
        litellm_params: { ...anthropic, model: "anthropic/claude-sonnet-4-5", silent_model: "claude-next" },
      },
      { model_name: "claude-next", litellm_params: { ...anthropic, model: "anthropic/claude-haiku-4-5" } },
      { model_name: "embedding", litellm_params: { ...openai, model: "openai/text-embedding-3-small" } },
    ],
  },
  { onPair: ({ operation, stream }) => console.log(`pair: ${operation}, ${stream ? "streamed" : "plain"}`) },
);

const question = "What is the capital of France?";
const messages = [{ role: "user", content: question }];

const chat = await router.completion({ model: "gpt", messages });
console.log(`completion: ${chat.choices[0]?.message.content}`);

const response = await router.responses({ model: "gpt", input: question });
const parts = response.output.flatMap(({ content }) => (typeof content === "string" ? [] : (content ?? [])));
console.log(`responses: ${parts.map(({ text }) => text).join("")}`);

const message = await router.messages({ model: "claude", max_tokens: 100, messages });
console.log(`messages: ${message.content.map(({ text }) => text).join("")}`);

const { data } = await router.embeddings({ model: "embedding", input: [question, "Paris"] });
console.log(`embeddings: ${data.map(({ embedding }) => embedding.length).join(", ")}`);

for await (const chunk of await router.completion({ model: "gpt", messages, stream: true })) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
}
console.log();

for await (const event of await router.responses({ model: "gpt", input: question, stream: true })) {
  if (event.type === "response.output_text.delta") process.stdout.write(event.delta);
}
console.log();

for await (const event of await router.messages({ model: "claude", max_tokens: 100, messages, stream: true })) {
  if (event.type === "content_block_delta" && event.delta.type === "text_delta") process.stdout.write(event.delta.text);
}
console.log();

const leaving = new AbortController();
try {
  for await (const _chunk of await router.completion(
    { model: "gpt", messages, stream: true },
    { signal: leaving.signal },
  )) {
    leaving.abort();
  }
} catch (error) {
  console.log(`left: ${(error as Error).name}`);
}

await router.close();
