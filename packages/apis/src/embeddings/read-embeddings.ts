import type { ReadAnswer } from "@understudy/contracts";
import { digestVectors } from "./vector-digest.ts";
import { NOTHING_READ } from "../nothing-read.ts";
import { readUsage } from "../read-usage.ts";
import { errorIn } from "../chat/stream-event.ts";
import { isObject, parseJson, textOrNull } from "../wire.ts";

/** Reads the answer for what a call record has of it: usage, names, and how near its vectors lie to each other. */
export function readEmbeddingsAnswer(bytes: Uint8Array): ReadAnswer {
  const body = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  if (!isObject(body)) return NOTHING_READ;
  const data = body["data"];
  const vectors = Array.isArray(data) && data.length > 0 ? digestVectors(data) : null;
  return {
    ...NOTHING_READ,
    answer: vectors === null ? null : { ...NO_WORDS, choices: vectors.count, vectors },
    usage: readUsage(body["usage"]),
    response_model: textOrNull(body["model"]),
    complete: vectors !== null,
    error_body: vectors === null ? errorIn(body) : null,
  };
}

const NO_WORDS = { text: null, refusal: null, tool_calls: [], finish_reason: null } as const;

/** The vectors of an answer in the order of the inputs; null where one is missing or no list of numbers. */
export function readVectors(text: string, inputs: number): readonly (readonly number[])[] | null {
  const body = parseJson(text);
  const data =
    isObject(body) && Array.isArray(body["data"]) ? (body["data"] as readonly unknown[]).filter(isObject) : [];
  const vectors = Array.from({ length: inputs }, (_, index) => {
    const entry = data.find((candidate) => candidate["index"] === index) ?? data[index];
    return entry?.["embedding"];
  });
  return vectors.every(isVector) ? vectors : null;
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number");
}
