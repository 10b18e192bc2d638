import { APIS, readUsage, readVectors, sseEvents, UsageHider } from "@understudy/apis";
import { type ReadAnswer } from "@understudy/contracts";
import { recordOf } from "@understudy/router";
import { systemClock } from "@understudy/runtime";
import fc from "fast-check";
import { ErrorInAnswer, NoAnswerError } from "../../../packages/router/src/transport/failure.ts";
import { readWhole } from "../../../packages/router/src/answer/read-answer-body.ts";
import { readOpening } from "../../../packages/router/src/answer/read-opening.ts";
import { Tape } from "../../../packages/router/src/answer/tape.ts";
import { ConnectionError } from "../../../packages/router/src/transport/transport.ts";
import { type Cuts, cuts, piecesOf, plainAnswers, plainAnswerTexts, streamTexts, usages } from "../generators/chats.ts";
import { jsonTexts, mutated } from "../generators/json.ts";
import { lengths, texts } from "../generators/texts.ts";
import { frozen, hold, holdPlain, inTime, inTimeAsync, unless } from "../invariants.ts";
import { target } from "../target.ts";

/** Of an answer as it is kept: its tool calls are the deepest part of it. */
const DEEPEST = 4;

const COUNTS = ["input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens"] as const;

/** Whether hidden reasoning is in the total of the usage alone. */
const THINKING_IN_TOTAL = [false, true] as const;

function holdUsage(usage: ReadAnswer["usage"]): void {
  if (usage === null) return;
  for (const name of COUNTS) {
    const count = usage[name];
    hold(Number.isSafeInteger(count) && count >= 0, `${name} is ${String(count)}`);
  }
}

function holdSums(usage: ReadAnswer["usage"]): void {
  holdUsage(usage);
  if (usage === null) return;
  const { input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens } = usage;
  hold(cached_tokens <= input_tokens, "more was read from the cache than was said");
  hold(cache_write_tokens <= input_tokens, "more was written to the cache than was said");
  hold(reasoning_tokens <= output_tokens, "more was thought than was answered");
}

function holdRead(read: ReadAnswer, bytes: number): void {
  holdPlain(read, DEEPEST);
  holdSums(read.usage);
  const said = JSON.stringify(read.answer);
  hold(said.length <= 12 * bytes + 1_000, "more is read than was said");
  hold(read.first_token_offset === null || read.first_token_offset <= bytes, "the first token came after the end");
}

async function* source(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  for (const piece of pieces) yield piece;
}

/** What is passed on of a stream in these pieces: its bytes, or that it is an error. */
async function opened(bytes: Uint8Array, at: Cuts): Promise<string> {
  const from = source(piecesOf(bytes, at));
  try {
    const opening = await readOpening(from, APIS.chat);
    const rest: Uint8Array[] = [];
    for await (const piece of from) rest.push(piece);
    return `passed on ${Buffer.concat([...opening.chunks, ...rest]).toString("base64")}`;
  } catch (error) {
    if (error instanceof ErrorInAnswer) return "an error";
    if (error instanceof ConnectionError || error instanceof NoAnswerError) return "nothing";
    throw error;
  }
}

const READING = { api: APIS.chat, clock: systemClock, length: null } as const;

const ticking = () => {
  let now = 0;
  return { now: () => (now += 1), monotonic: () => (now += 1) };
};

/** The record of a call that was answered with these bytes, in these pieces. */
function recordedIn(bytes: Uint8Array, at: Cuts, stream: boolean) {
  const tape = new Tape(ticking() as never);
  for (const piece of piecesOf(bytes, at)) tape.push(piece);
  tape.end();
  return recordOf({
    id: "call_1",
    requestId: "req_1",
    clientRequestId: null,
    role: "primary",
    operation: "chat",
    stream,
    group: "gpt-main",
    startedAt: 0,
    startedWall: 1_000,
    attempts: [],
    recording: tape.recording(),
    ending: {
      kind: "answered",
      by: {
        deploymentId: "d1",
        modelGroup: "gpt-main",
        provider: "openai",
        model: "gpt-4o",
        price: null,
        baseModel: null,
      },
      startedAt: 0,
      changes: [],
      ended: true,
      cut: null,
    },
  });
}

const COMMENT = Buffer.from(":\n");

function withoutUsage(pieces: readonly Uint8Array[]): Buffer {
  const hider = new UsageHider();
  return Buffer.concat([...pieces.map((piece) => hider.push(piece)), hider.end()]);
}

/** As numbers, as base64 of any length, and as neither. */
const embedding = fc.oneof(
  fc.array(fc.double()),
  fc.base64String({ maxLength: 400 }),
  fc.string(),
  lengths(20_000).map((count) => Array.from({ length: count }, (_, at) => Math.sin(at))),
  lengths(60_000).map((count) => "A".repeat(count)),
  fc.constant(null),
);

export const targets = [
  target({
    name: "answers: plain",
    runs: 500,
    inputs: plainAnswerTexts,
    check(text) {
      const bytes = Buffer.from(text);
      for (const thinkingInTotal of THINKING_IN_TOTAL) {
        holdRead(
          inTime(text.length, () => APIS.chat.read(bytes, thinkingInTotal)),
          bytes.byteLength,
        );
      }
    },
  }),
  target({
    name: "answers: streamed",
    runs: 500,
    inputs: fc.tuple(streamTexts, fc.constantFrom(...THINKING_IN_TOTAL)),
    check([text, thinkingInTotal]) {
      const bytes = Buffer.from(text);
      holdRead(
        inTime(bytes.byteLength, () => APIS.chat.read(bytes, thinkingInTotal)),
        bytes.byteLength,
      );
      const events = inTime(bytes.byteLength, () => [...sseEvents(bytes)]);
      let end = 0;
      for (const event of events) {
        hold(event.end > end && event.end <= bytes.byteLength, "events overlap");
        hold(!/[\r\n]/.test(event.name), "a name holds a line end");
        ({ end } = event);
      }
    },
  }),
  target({
    name: "answers: the pieces of a stream",
    runs: 250,
    inputs: fc.tuple(streamTexts, cuts, cuts),
    async check([text, one, other]) {
      const bytes = Buffer.from(text).subarray(0, 64 * 1024);
      const bound = { baseMs: 100, msPerKb: 8 };
      const first = await inTimeAsync(bytes.byteLength, () => opened(bytes, one), bound);
      const second = await inTimeAsync(bytes.byteLength, () => opened(bytes, other), bound);
      // So many blocks without any event are waited for, and no more: where there is none, their pieces may tell.
      const saysNothing = sseEvents(bytes).next().done === true;
      hold(first === second || saysNothing, `${first.slice(0, 40)} and, in other pieces, ${second.slice(0, 40)}`);
      const [here, there] = [recordedIn(bytes, one, true), recordedIn(bytes, other, true)];
      holdPlain(here, DEEPEST + 1);
      const plain = ({ timing: _times, ...rest }: typeof here): string => JSON.stringify(rest);
      hold(plain(here) === plain(there), "the record depends on the pieces that the answer came in");
    },
  }),
  target({
    name: "answers: usage that a client did not ask for",
    runs: 250,
    inputs: fc.tuple(streamTexts, cuts),
    check([text, at]) {
      const bytes = Buffer.from(text).subarray(0, 128 * 1024);
      const pieces = piecesOf(bytes, at).filter(({ byteLength }) => byteLength > 0);
      const passedOn = inTime(bytes.byteLength, () => withoutUsage(pieces), { baseMs: 150, msPerKb: 24 });
      hold(passedOn.byteLength <= bytes.byteLength, "more is passed on than came");
      // What is no stream of events goes on as it is; and what is one stays one, whatever its first event was.
      if (/^[ \t\r\n]*[{[<]/.test(text)) hold(passedOn.equals(bytes), "a body that is no stream was changed");
      const [before, after] = [bytes, passedOn].map((one) => APIS.chat.read(Buffer.concat([COMMENT, one])));
      hold(before !== undefined && after !== undefined, "nothing was read");
      hold(JSON.stringify(after.answer) === JSON.stringify(before.answer), "another answer is passed on");
      hold(after.complete === before.complete, "an answer is whole before, or after, and not both times");
      hold(after.skipped_events === before.skipped_events, "an event was broken");
    },
  }),
  target({
    name: "answers: the pieces of a plain answer",
    runs: 200,
    inputs: fc.tuple(plainAnswerTexts, cuts),
    async check([text, at]) {
      const bytes = Buffer.from(text).subarray(0, 64 * 1024);
      const whole = await unlessError(() => readWhole(source([bytes]), READING));
      const inPieces = await inTimeAsync(
        bytes.byteLength,
        () => unlessError(() => readWhole(source(piecesOf(bytes, at)), READING)),
        {
          baseMs: 100,
          msPerKb: 8,
        },
      );
      hold(Buffer.compare(whole, inPieces) === 0, "the answer depends on the pieces it came in");
      holdPlain(recordedIn(bytes, at, false), DEEPEST + 1);
    },
  }),
  target({
    name: "answers: bytes",
    runs: 300,
    inputs: fc.uint8Array({ maxLength: 300 }),
    check(bytes) {
      holdRead(APIS.chat.read(bytes), 4 * bytes.byteLength);
    },
  }),
  target({
    name: "answers: usage",
    runs: 500,
    inputs: mutated(usages, 2),
    check(given) {
      frozen(given);
      for (const thinkingInTotal of THINKING_IN_TOTAL) holdSums(readUsage(given, thinkingInTotal));
    },
  }),
  target({
    name: "answers: embeddings",
    runs: 300,
    inputs: fc.oneof(
      jsonTexts(
        fc.record({
          data: fc.array(fc.record({ index: fc.oneof(fc.nat({ max: 3 }), fc.double()), embedding }), { maxLength: 40 }),
          usage: usages,
          model: fc.string(),
        }),
      ),
      texts({ most: 64 * 1024 }),
    ),
    check(text) {
      holdRead(
        inTime(text.length, () => APIS.embeddings.read(Buffer.from(text))),
        Buffer.byteLength(text),
      );
      const vectors = inTime(text.length, () => readVectors(text, 2));
      hold(vectors === null || vectors.length === 2, "not as many vectors as were asked for");
    },
  }),
  target({
    name: "answers: values of any kind in place of an answer",
    runs: 200,
    inputs: mutated(plainAnswers, 4),
    check(value) {
      const text = unless([RangeError], () => JSON.stringify(value));
      if (text !== null && text !== undefined) holdRead(APIS.chat.read(Buffer.from(text)), Buffer.byteLength(text));
    },
  }),
];

async function unlessError(read: () => ReturnType<typeof readWhole>): Promise<Uint8Array> {
  try {
    return (await read()).bytes;
  } catch (error) {
    if (error instanceof ErrorInAnswer) return Buffer.from("error");
    if (error instanceof NoAnswerError) return Buffer.from("nothing");
    throw error;
  }
}
