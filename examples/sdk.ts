import { Router } from "@understudy/sdk";

const router = new Router(
  {
    model_list: [
      {
        model_name: "gpt-3.5-turbo",
        litellm_params: {
          model: "openai/gpt-3.5-turbo",
          api_key: "os.environ/OPENAI_API_KEY",
          silent_model: "candidate",
        },
      },
      {
        model_name: "candidate",
        litellm_params: { model: "openai/gpt-4o-mini", api_key: "os.environ/OPENAI_API_KEY" },
      },
    ],
  },
  {
    onPair: (primary, silent) => {
      console.log(`pair: ${primary.status} and ${silent.status}, ${silent.answer?.text}`);
    },
  },
);

const response = await router.completion({
  model: "gpt-3.5-turbo",
  messages: [{ role: "user", content: "What is the capital of France?" }],
});
console.log(`answer: ${response.choices[0]?.message.content}`);

const chunks = await router.completion({
  model: "gpt-3.5-turbo",
  messages: [{ role: "user", content: "What is 12 times 12?" }],
  stream: true,
});
for await (const chunk of chunks) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
console.log();

await router.close();
