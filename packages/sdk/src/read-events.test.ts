import { expect, test } from "vitest";
import { readEvents } from "./read-events.ts";

async function* inPieces(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const all = new TextEncoder().encode(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

const STREAM = [
  ": a sign of life",
  'data: {"text":"Grüße"}',
  "event: ping\ndata: still here",
  'event: named\ndata: {"text":\ndata: "two lines"}',
  "data: 5",
  'data: {"error":{"message":"overloaded"}}',
  'event: error\ndata: {"type":"error","message":"overloaded"}',
  "data: [DONE]",
].join("\n\n");

test.each([1, 7, 1_000])("gives the objects of a stream that comes %i bytes at a time", async (bytes) => {
  const events: object[] = [];
  for await (const event of readEvents<{ text: string }>(inPieces(`${STREAM}\n\n`, bytes))) events.push(event);
  expect(events).toEqual([{ text: "Grüße" }, { text: "two lines" }]);
});
