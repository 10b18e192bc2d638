import { parseQueueKeys, parseReviewJob, QueueKeysError, UncallableJobError } from "@understudy/mirror";
import { systemClock } from "@understudy/runtime";
import fc, { type Arbitrary } from "fast-check";
import { zstdCompressSync } from "node:zlib";
import { readMemory } from "../../../apps/worker/src/job-memory.ts";
import { recordLostJob } from "../../../apps/worker/src/lost-job.ts";
import type { BodyStore } from "../../../packages/mirror/src/bodies/body-store.ts";
import { bodyTextOf, textsInBody } from "../../../packages/mirror/src/bodies/body-text.ts";
import { createEnvelope, textsOf } from "../../../packages/mirror/src/job/envelope.ts";
import { packed, storableMessage, unpacked } from "../../../packages/mirror/src/job/job-data.ts";
import { createMirrorFormat } from "../../../packages/mirror/src/queue/mirror-format.ts";
import { jobNumber } from "../../../packages/mirror/src/job/mirror-job.fixture.ts";
import { type MirrorJob, pairIdOf } from "../../../packages/mirror/src/job/mirror-job.ts";
import { createReviewFormat } from "../../../packages/mirror/src/queue/review-format.ts";
import { silentSnapshot } from "../../../packages/mirror/src/call/silent-call.ts";
import { figureColumns } from "../../../packages/store/src/pairs/figures-row.ts";
import { pairColumns } from "../../../packages/store/src/pairs/pair-row.ts";
import { pairNumber } from "../../../packages/store/src/pairs/pair.fixture.ts";
import { chatBodyTexts } from "../generators/chats.ts";
import { mutated, values } from "../generators/json.ts";
import { callRecords } from "../generators/records.ts";
import { keys, shortText, texts } from "../generators/texts.ts";
import { frozen, hold, inTime, inTimeAsync, sizeOf, unless } from "../invariants.ts";
import { target } from "../target.ts";

const KEYS = parseQueueKeys(`a:${Buffer.alloc(32, 7).toString("base64")},b:${Buffer.alloc(32, 9).toString("base64")}`);
const envelopes = [createEnvelope(null), createEnvelope(KEYS)];

/** A body store in this thread's memory, which gives back whatever was put there. */
function memoryBodies(given: Uint8Array | null = null): BodyStore {
  let bytes = given;
  return {
    put: (_hold, put) => {
      bytes = put;
      return Promise.resolve();
    },
    get: () => Promise.resolve(bytes),
    release: () => Promise.resolve(),
    keepFailed: () => Promise.resolve(),
  };
}

/** As a client's body is once it is decoded, or written anew: without half a character. */
const requestText = fc.oneof(chatBodyTexts, texts({ most: 128 * 1024 })).map((text) => text.toWellFormed());

const jobs: Arbitrary<MirrorJob> = fc
  .record({
    request: requestText,
    primary: callRecords(),
    silent_model: shortText.map((name) => `quiet${name}`),
    stratum: shortText,
  })
  .map((fields) => jobNumber(1, { ...fields, primary: { ...fields.primary, role: "primary" } }));

/** What may lie on a queue that others can write to: jobs of each form, and nearly so. */
const onQueue: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: mutated(jobs) },
  { weight: 4, arbitrary: fc.tuple(mutated(jobs.map((job) => envelopes[1]?.wrap(job)))).map(([data]) => data) },
  { weight: 2, arbitrary: mutated(jobs.map((job) => ({ json: JSON.stringify(job) }))) },
  {
    weight: 2,
    arbitrary: mutated(jobs.map((job) => ({ ...job, version: 2, body: job.request_id, request: "" }))),
  },
  { weight: 1, arbitrary: fc.record({ json: texts({ most: 64 * 1024 }) }) },
  { weight: 1, arbitrary: fc.record({ sealed: fc.base64String(), pair_id: shortText, expires_at: fc.nat() }) },
  { weight: 1, arbitrary: values },
);

/** What a delivery leaves for the next: attempts that were made, and a pair that could not be stored. */
const notes: Arbitrary<unknown> = mutated(
  fc
    .record({ primary: callRecords(), silent: callRecords(), tries: fc.nat({ max: 5 }) })
    .map(({ primary, silent, tries }) => ({
      tries,
      attempts: silent.attempts,
      queueWaitMs: null,
      pair: pairNumber(1, { primary, silent }),
    })),
);

const bodyBytes: Arbitrary<Uint8Array | null> = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 64 }),
  texts({ most: 16 * 1024 }).map((text) => Buffer.concat([Buffer.from([0]), zstdCompressSync(text)])),
  values.map((value) => Buffer.concat([Buffer.from([0]), zstdCompressSync(`${JSON.stringify(value)}\n{}`)])),
);

const BOUND = { baseMs: 150, msPerKb: 3 };

export const targets = [
  target({
    name: "jobs: what lies on a queue",
    runs: 300,
    inputs: fc.tuple(onQueue, fc.oneof(onQueue, notes, fc.constant(null)), bodyBytes),
    async check([data, note, bytes]) {
      frozen(data);
      frozen(note);
      const size = sizeOf([data, note, bytes]);
      for (const keys of [null, KEYS]) {
        const format = createMirrorFormat({ bodies: memoryBodies(bytes), keys, clock: systemClock });
        const queued = { id: "pair_1", data, note };
        const unloaded = await inTimeAsync(size, () => format.unload(queued), BOUND);
        hold(["readable", "lost", "locked"].includes(unloaded.kind), "a job is neither read nor lost");
        format.remains(data);
        if (unloaded.kind === "lost") await settled(unloaded.data, format.lastNote(queued), size);
        else if (unloaded.kind === "readable") await settled(unloaded.job, unloaded.memory, size);
        if (unloaded.kind !== "readable") continue;
        const { job, memory } = unloaded;
        readMemory(memory);
        unless([UncallableJobError], () => inTime(size, () => silentSnapshot(job)));
        hold(format.idOf(job) !== "", "a job without an id");
      }
    },
  }),
  target({
    name: "jobs: review jobs on a queue",
    runs: 200,
    inputs: fc.tuple(onQueue, fc.oneof(onQueue, fc.constant(null))),
    async check([data, note]) {
      const size = sizeOf(data);
      for (const keys of [null, KEYS]) {
        const format = createReviewFormat({ keys, clock: systemClock });
        const queued = { id: "pair_1", data: frozen(data), note };
        await inTimeAsync(size, () => format.unload(queued), BOUND);
        format.lastNote(queued);
      }
      parseReviewJob(data);
    },
  }),
  target({
    name: "jobs: there and back",
    runs: 300,
    inputs: jobs,
    async check(job) {
      frozen(job);
      const text = JSON.stringify(job);
      for (const keys of [null, KEYS]) {
        const format = createMirrorFormat({ bodies: memoryBodies(), keys, clock: systemClock });
        const [data] = await inTimeAsync(text.length, () => format.load([job]), BOUND);
        const stored = JSON.stringify(data);
        hold(!/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(stored), "the queue's database refuses this");
        const back = await inTimeAsync(
          text.length,
          () => format.unload({ id: job.pair_id, data: JSON.parse(stored), note: null }),
          BOUND,
        );
        hold(back.kind === "readable", `a job that was put on the queue is ${back.kind}`);
        hold(JSON.stringify(sorted(back.job)) === JSON.stringify(sorted(JSON.parse(text))), "another job comes back");
      }
      hold(JSON.stringify(textsInBody(bodyTextOf(textsOf(job)))) !== "", "no text");
    },
  }),
  target({
    name: "jobs: packed values",
    runs: 300,
    inputs: fc.dictionary(keys, values),
    check(data) {
      const there: unknown = JSON.parse(JSON.stringify(packed(frozen(data))));
      hold(JSON.stringify(unpacked(there)) === JSON.stringify(data), "another value comes back");
    },
  }),
  target({
    name: "jobs: notes",
    runs: 200,
    inputs: fc.tuple(
      mutated(fc.record({ tries: fc.nat(), attempts: fc.array(values), queueWaitMs: fc.nat(), pair: values })),
      shortText,
    ),
    check([note, text]) {
      const memory = inTime(sizeOf(note), () => readMemory(frozen(note)), BOUND);
      hold(Number.isSafeInteger(memory.tries) && memory.tries >= 0, "tries that are no count");
      hold(Array.isArray(memory.attempts), "attempts that are no list");
      hold(storableMessage(text).isWellFormed(), "a message that cannot be stored");
    },
  }),
  target({
    name: "jobs: keys of the queue",
    runs: 200,
    inputs: fc.oneof(
      texts({ most: 64 * 1024, units: ["a:", ",", "a:AAAA,"] }),
      fc.array(fc.tuple(shortText, fc.base64String()).map((parts) => parts.join(":"))).map((all) => all.join(",")),
    ),
    check(text) {
      unless([QueueKeysError], () => inTime(text.length, () => parseQueueKeys(text)));
    },
  }),
  target({
    name: "jobs: sealed bytes",
    runs: 200,
    inputs: fc.tuple(fc.uint8Array({ maxLength: 120 }), shortText, fc.nat()),
    check([bytes, context, at]) {
      unless([Error], () => KEYS.open(bytes, context));
      const sealed = KEYS.seal(bytes, context);
      hold(Buffer.compare(KEYS.open(sealed, context), bytes) === 0, "other bytes come back");
      const place = at % sealed.byteLength;
      sealed[place] = (sealed[place] ?? 0) ^ 1;
      hold(unless([Error], () => KEYS.open(sealed, context)) === null, "altered bytes are opened");
    },
  }),
  target({
    name: "jobs: ids",
    runs: 200,
    inputs: fc.tuple(texts({ most: 64 * 1024 }), shortText),
    check([requestId, silentModel]) {
      const id = inTime(requestId.length, () => pairIdOf(requestId, silentModel));
      hold(!id.includes(":"), "BullMQ takes no colon in an id");
    },
  }),
];

/** Of a job that nobody will handle: its row can be written, or it is none of ours. */
const refused = (): Promise<never> => Promise.reject(new Error("not asked for"));
const NO_LEDGER = { write: refused, overdue: refused, markLost: refused, drop: () => Promise.resolve(true) };

async function settled(data: unknown, memory: unknown, size: number): Promise<void> {
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const deps = { clock: systemClock, logger };
  await inTimeAsync(
    size,
    () =>
      recordLostJob(
        { data, reason: "unreadable_job", memory },
        {
          ...deps,
          store: { ledger: NO_LEDGER },
          savePair(pair, job) {
            JSON.stringify(pairColumns(pair, { payloads: job.payloads, retentionMs: job.retention_ms }));
            JSON.stringify(figureColumns(pair));
            return Promise.resolve();
          },
        },
      ),
    BOUND,
  );
}

/** Sealed texts come back behind the other fields. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
