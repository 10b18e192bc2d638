import { isObject, parseJson } from "@understudy/apis";
import { createParser } from "eventsource-parser";

/**
 * The JSON of each event of a stream, as it arrives. Signs of life that are no JSON object are left out, as the call record
 * leaves them out, and so is the event of an error: its end is told by whoever reads the record.
 */
export async function* readEvents<Event>(body: AsyncIterable<Uint8Array>): AsyncGenerator<Event, void, void> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event.data) });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    for (const data of ready.splice(0)) {
      const event = parseJson(data);
      if (isObject(event) && !isError(event)) yield event as Event;
    }
  }
}

/** In the form of any API. */
function isError({ type, error }: Readonly<Record<string, unknown>>): boolean {
  return type === "error" || isObject(error);
}
