import { createParser } from "eventsource-parser";

/** The JSON of each event of a chat stream, as it arrives, until `[DONE]`. */
export async function* readEvents<T>(body: AsyncIterable<Uint8Array>): AsyncGenerator<T, void, void> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event.data) });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    for (const data of ready.splice(0)) {
      if (data !== "[DONE]") yield JSON.parse(data) as T;
    }
  }
}
