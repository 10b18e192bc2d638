import { asksForUsage, type MockedCompletion, mockedCompletion } from "../chat/mocked-chat.ts";
import type { Mocked, MockedAnswer } from "../mocked.ts";

/** A mocked chat as the older API has it: a text for each message. */
export function mockedText(asked: Mocked): MockedAnswer {
  const completion = textCompletionOf(mockedCompletion(asked));
  return { whole: completion, events: textEvents(completion, asksForUsage(asked)) };
}

interface TextChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: null;
  readonly finish_reason: string | null;
}

function textCompletionOf({ choices, ...rest }: MockedCompletion) {
  const texts = choices.map(({ index, message, finish_reason }): TextChoice => ({
    index,
    text: message.content ?? "",
    logprobs: null,
    finish_reason,
  }));
  return { ...rest, object: "text_completion", choices: texts };
}

/** The same as events, each text in one piece. */
function* textEvents(
  { choices, usage, ...head }: ReturnType<typeof textCompletionOf>,
  withUsage: boolean,
): Generator<string> {
  const event = (rest: object): string => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  for (const choice of choices) {
    yield event({ choices: [{ ...choice, finish_reason: null }] });
    yield event({ choices: [{ ...choice, text: "" }] });
  }
  if (withUsage) yield event({ choices: [], usage });
  yield "data: [DONE]\n\n";
}
