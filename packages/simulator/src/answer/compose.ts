import { type ChatRequest, readChatRequest } from "../chat-request.ts";
import { createMemo } from "../memo.ts";
import type { ModelProfile } from "../model-profile.ts";
import { piecesOf } from "../tokens.ts";
import { calculate } from "./arithmetic.ts";
import { type Asked, readQuestion, type Solver } from "./asked.ts";
import { classify, decideParity } from "./classification.ts";
import { writeCode } from "./code.ts";
import { createDice } from "./dice.ts";
import { extract, objectAskedFor } from "./extraction.ts";
import { recall } from "./fact.ts";
import { answerOpenly, chat, mentionImages, tellToolResult } from "./open-answer.ts";
import { valueFor } from "./schema-value.ts";
import { summarize } from "./summary.ts";
import { callTool } from "./tool-call.ts";
import { translate } from "./translation.ts";
import { type BestAnswer, judge } from "./verdict-on-answers.ts";

/** One choice of an answer, cut into the pieces it is streamed in; one piece is one output token. */
export interface Choice {
  readonly pieces: readonly string[];
  readonly toolCall: { readonly name: string; readonly pieces: readonly string[] } | null;
  readonly finishReason: "stop" | "length" | "tool_calls" | "content_filter";
}

/** What tells one answer from another beside the request itself. */
export interface Voice {
  readonly profile: ModelProfile;
  readonly seed: string;
  /** Index of the choice, and whatever else should make a difference. */
  readonly variation: string;
}

/** Answers a request as one model would: the same request, model, seed and variation give the same answer. */
export type Composer = (request: ChatRequest, voice: Voice, tokenLimit: number) => Choice;

const REMEMBERED_CHOICES = 500;
const LONGEST_REMEMBERED = 4_000;

/** Remembers answers to short prompts: load tests ask the same few again and again. */
export function createComposer(): Composer {
  const memo = createMemo<Choice>(REMEMBERED_CHOICES);
  return (request, voice, tokenLimit) => {
    const { fingerprint, toolChoice, stop } = request;
    if (fingerprint.length > LONGEST_REMEMBERED) return compose(request, voice, tokenLimit);
    const form = toolChoice.kind === "auto" && stop.length === 0 ? "" : JSON.stringify([toolChoice, stop]);
    const key = `${voice.seed}\n${voice.profile.name}\n${voice.variation}\n${tokenLimit}\n${form}\n${fingerprint}`;
    return memo(key, () => compose(request, voice, tokenLimit));
  };
}

function compose(request: ChatRequest, voice: Voice, tokenLimit: number): Choice {
  const { profile, seed, variation } = voice;
  const judged = profile.judging === null ? null : judge(request, profile.judging, bestAnswerOf(voice));
  if (judged !== null) return cutOff(judged, tokenLimit);
  const dice = createDice({ seed, model: profile.voice, prompt: request.fingerprint, variation });
  const asked = readQuestion(request, profile, dice);
  const toolCall = callTool(request, asked);
  if (toolCall !== null) {
    return {
      pieces: [],
      toolCall: { name: toolCall.name, pieces: piecesOf(toolCall.arguments) },
      finishReason: "tool_calls",
    };
  }
  return cutOff(stopAt(textOf(request, asked), request.stop), tokenLimit);
}

/** What a model would say that makes no mistakes, in as few words as it takes. */
function bestAnswerOf({ profile, seed }: Voice): BestAnswer {
  const faultless = { ...profile, judging: null, mistakeRate: 0, plainness: 1 };
  return (messages) => {
    const bare = [{ role: "system", content: "Give only the answer." }, ...messages];
    const request = readChatRequest({ model: profile.name, messages: bare }, false, profile.name);
    return compose(request, { profile: faultless, seed, variation: "0" }, Infinity).pieces.join("");
  };
}

// The first that knows the kind of question answers it: the more a kind is marked by its words, the earlier.
const SOLVERS: readonly Solver[] = [
  tellToolResult,
  chat,
  decideParity,
  translate,
  summarize,
  writeCode,
  classify,
  extract,
  recall,
  calculate,
];

function textOf(request: ChatRequest, asked: Asked): string {
  if (request.format.kind === "schema") return JSON.stringify(valueFor(request.format.schema, asked));
  if (request.format.kind === "json") return JSON.stringify(objectAskedFor(asked) ?? { answer: solve(asked) });
  const object = /\bjson\b/i.test(`${asked.system}\n${asked.question}`) ? objectAskedFor(asked) : null;
  if (object !== null) return JSON.stringify(object);
  const text = solve(asked);
  return asked.images === 0 ? text : `${mentionImages(asked.images)} ${text}`;
}

function solve(asked: Asked): string {
  for (const solver of SOLVERS) {
    const answer = solver(asked);
    if (answer !== null) return answer;
  }
  return answerOpenly(asked);
}

function stopAt(text: string, stops: readonly string[]): string {
  const places = stops.filter((stop) => stop !== "").map((stop) => text.indexOf(stop));
  const first = Math.min(...places.filter((place) => place >= 0));
  return Number.isFinite(first) ? text.slice(0, first) : text;
}

function cutOff(text: string, tokenLimit: number): Choice {
  const pieces = piecesOf(text);
  const whole = pieces.length <= tokenLimit;
  return {
    pieces: whole ? pieces : pieces.slice(0, tokenLimit),
    toolCall: null,
    finishReason: whole ? "stop" : "length",
  };
}
