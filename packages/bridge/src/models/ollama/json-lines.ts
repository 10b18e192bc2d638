import { isObject, parseJson, type WireObject } from "@understudy/apis";

/** No line of an answer is as long; a server that never ends one is not read on. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** The objects of a stream of JSON lines. What stands behind the last line break was cut, and is none. Throws for a line that is no object. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator<WireObject, void, void> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    begun.push(first);
    length += first.length;
    for (const next of others) {
      const line = begun.join("");
      if (line.trim() !== "") yield objectIn(line);
      begun = [next];
      length = next.length;
    }
    if (length > LONGEST_LINE) throw new Error("a line of the answer does not end");
  }
}

function objectIn(line: string): WireObject {
  const said = parseJson(line);
  if (!isObject(said)) throw new Error("a line of the answer is no JSON object");
  return said;
}
