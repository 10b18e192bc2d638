/** One kind of request. */
export interface Shape {
  readonly name: string;
  readonly body: string;
}

const SMALL_BYTES = 300;
const LARGE_BYTES = 50_000;

export const SMALL_PLAIN = shape("plain, 0.3 KB", SMALL_BYTES, false);
export const SMALL_STREAMED = shape("streamed, 0.3 KB", SMALL_BYTES, true);
const LARGE_PLAIN = shape("plain, 50 KB", LARGE_BYTES, false);
const LARGE_STREAMED = shape("streamed, 50 KB", LARGE_BYTES, true);

export const ALL_SHAPES: readonly Shape[] = [SMALL_PLAIN, SMALL_STREAMED, LARGE_PLAIN, LARGE_STREAMED];

/** A chat request of that many bytes, whatever `stream` says. */
function shape(name: string, bytes: number, stream: boolean): Shape {
  const withPrompt = (prompt: string): string =>
    JSON.stringify({ model: "primary-model", stream, messages: [{ role: "user", content: prompt }] });
  const prompt = "What is a benchmark worth that only its author can run? ";
  const missing = bytes - withPrompt("").length;
  return { name, body: withPrompt(prompt.repeat(Math.ceil(missing / prompt.length)).slice(0, missing)) };
}

const WORDS = "It is worth what anyone can make of its program , and no more than that .".split(" ");
const HEAD = { id: "chatcmpl-bench", created: 1_700_000_000, model: "gpt-4o-mini" } as const;
const USAGE = { prompt_tokens: 60, completion_tokens: WORDS.length, total_tokens: 60 + WORDS.length } as const;

/** The answer to every plain request. */
export const PLAIN_ANSWER = JSON.stringify({
  ...HEAD,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: WORDS.join(" ") }, finish_reason: "stop" }],
  usage: USAGE,
});

/** The events of the answer to every streamed request: one for each word, then the end and the usage. */
export const STREAMED_ANSWER: readonly string[] = [
  ...WORDS.map((word) => chunk({ choices: [{ index: 0, delta: { content: `${word} ` }, finish_reason: null }] })),
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
  chunk({ choices: [], usage: USAGE }),
  "data: [DONE]\n\n",
];

function chunk(rest: object): string {
  return `data: ${JSON.stringify({ ...HEAD, object: "chat.completion.chunk", ...rest })}\n\n`;
}
