import { afterAll, beforeAll, expect, test } from "vitest";
import { demoRequests } from "./demo-prompts.ts";
import { createSimulator } from "./simulator.ts";
import { completionOf, post, question, textOf } from "./client.fixture.ts";

const simulator = createSimulator();
const other = createSimulator({ seed: "another" });
const wobbling = createSimulator({ wobble: 1 });
let url = "";
let otherUrl = "";
let wobblingUrl = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
  ({ url: otherUrl } = await other.start());
  ({ url: wobblingUrl } = await wobbling.start());
});
afterAll(() => Promise.all([simulator.stop(), other.stop(), wobbling.stop()]));

/** Answers to every fourth demo request, tool calls included, as text. */
async function answersOf(base: string, model: string): Promise<readonly string[]> {
  const requests = demoRequests().filter((_, index) => index % 4 === 0);
  const bodies = requests.map(({ messages, tools, tool_choice, response_format }) => ({
    messages,
    tools,
    tool_choice,
    response_format,
  }));
  const answers: string[] = [];
  // One after another on one connection: faster than a connection for each.
  for (const body of bodies) {
    const { choices } = await completionOf(post(base, { ...body, model }));
    const message = choices[0]?.message;
    answers.push(message?.content ?? JSON.stringify(message?.tool_calls?.map((call) => call.function)));
  }
  return answers;
}

function share(one: readonly string[], another: readonly string[]): number {
  return one.filter((answer, index) => answer === another[index]).length / one.length;
}

test("the same model says the same each time, and something else under another seed", async () => {
  const first = await answersOf(url, "gpt-4o");
  expect(share(first, await answersOf(url, "gpt-4o"))).toBe(1);
  expect(share(first, await answersOf(otherUrl, "gpt-4o"))).toBeLessThan(0.9);
});

test("with wobble the same model differs from itself, mostly where there is room to", async () => {
  const agreement = share(await answersOf(wobblingUrl, "gpt-4o"), await answersOf(wobblingUrl, "gpt-4o"));
  expect(agreement).toBeGreaterThan(0.4);
  expect(agreement).toBeLessThan(0.9);
});

test("models agree on many questions and differ on others, the weaker one more often", async () => {
  const strong = await answersOf(url, "gpt-4o");
  const weak = share(strong, await answersOf(url, "gpt-3.5-turbo"));
  const near = share(strong, await answersOf(url, "gpt-4.1"));
  expect(weak).toBeGreaterThan(0.4);
  expect(weak).toBeLessThan(near);
  expect(near).toBeLessThan(0.85);
});

test("a weak model makes more mistakes than a strong one", async () => {
  const sums = Array.from(
    { length: 80 },
    (_, index) => [`Just the number: ${index + 3} * 17`, String((index + 3) * 17)] as const,
  );
  const mistakes = async (model: string): Promise<number> => {
    let wrong = 0;
    for (const [sum, right] of sums) if ((await textOf(url, question(model, sum))) !== right) wrong += 1;
    return wrong;
  };
  const [weak, strong] = await Promise.all([mistakes("gpt-3.5-turbo"), mistakes("gpt-4o")]);
  expect(weak).toBeGreaterThan(strong);
  expect(weak).toBeLessThan(30);
});

test.each([
  ["What is the capital of Norway?", "Oslo"],
  ["Was ist die Hauptstadt von Frankreich?", "Paris"],
  ["What is 12 + 7 * 3 - 4?", "29"],
  ["How much is 15% of 80?", "12"],
  ["Who wrote Hamlet?", "Shakespeare"],
  ["Is 91 a prime number?", "No"],
  ["Classify the sentiment as positive, negative or neutral: The staff was rude and the soup awful.", "negative"],
  ["Route this to one of: billing, technical, shipping.\n\nMy card was charged twice.", "billing"],
  ['Translate to French: "Where is the train station?"', "Où est la gare"],
  ["Extract the email address from this message:\nWrite to jane@example.com about AB-12345.", "jane@example.com"],
  [
    "Summarize in one sentence:\n\nThe museum reopens in May. Tickets cost eight euros. Children enter free.",
    "The museum reopens in May.",
  ],
  ["Write a Python function that reverses a string.", "```python"],
  ["なぜ定期的なバックアップが必要ですか?", "。"],
])("gpt-4.1 knows: %s", async (content, expected) => {
  expect(await textOf(url, question("gpt-4.1", content))).toContain(expected);
});

test("a follow-up takes its topic from the turns before", async () => {
  const messages = [
    { role: "user", content: "What is the capital of France?" },
    { role: "assistant", content: "Paris." },
    { role: "user", content: "And of Italy?" },
  ];
  expect(await textOf(url, { model: "gpt-5", messages })).toContain("Rome");
});
