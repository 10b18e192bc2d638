import fc, { type Arbitrary } from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@understudy/runtime";
import { createJobCodec, openSpool, parseQueueKeys } from "@understudy/mirror";
import { jobNumber, jobNumbers } from "../../../packages/mirror/src/job/mirror-job.fixture.ts";
import { queueName } from "../../../packages/mirror/src/queue/queues.ts";
import type { QueueSpool } from "../../../packages/mirror/src/spool/spool.ts";
import { readSpoolLines, spoolLine } from "../../../packages/mirror/src/spool/spool-lines.ts";
import { damaged } from "../generators/json.ts";
import { shortText, texts } from "../generators/texts.ts";
import { hold, inTime, inTimeAsync } from "../invariants.ts";
import { target } from "../target.ts";

const line = fc.oneof(
  shortText.map((text) => text.replaceAll("\n", "")),
  fc.json(),
  fc.integer({ min: 1, max: 5 }).map((number) => JSON.stringify(jobNumber(number))),
);

const file: Arbitrary<string> = fc.oneof(
  fc.array(line.map(spoolLine), { maxLength: 6 }).map((lines) => lines.join("")),
  damaged(
    fc.array(line.map(spoolLine), { maxLength: 6 }).map((lines) => lines.join("")),
    3,
  ),
  texts({ most: 256 * 1024, units: ["00000000 \n"] }),
);

const KEYS = parseQueueKeys(`a:${Buffer.alloc(32, 7).toString("base64")}`);

export const targets = [
  target({
    name: "spools: lines",
    runs: 400,
    inputs: fc.tuple(
      fc.oneof(
        file.map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 100 }),
      ),
      fc.nat({ max: 200 }),
    ),
    check([bytes, most]) {
      const buffer = Buffer.from(bytes);
      const { texts, bytes: whole } = inTime(buffer.byteLength, () => readSpoolLines(buffer, most));
      hold(texts.length <= most && whole <= buffer.byteLength, "more lines than there are");
    },
  }),
  target({
    name: "spools: lines there and back",
    runs: 300,
    inputs: fc.array(
      line.map((text) => text.toWellFormed()),
      { maxLength: 8 },
    ),
    check(lines) {
      const { texts } = readSpoolLines(Buffer.from(lines.map(spoolLine).join("")), 100);
      hold(JSON.stringify(texts) === JSON.stringify(lines), "other lines come back");
    },
  }),
  target({
    name: "spools: folders that others have written in",
    runs: 60,
    inputs: fc.tuple(
      fc.array(
        fc.tuple(fc.constantFrom("000000000001.jobs", "000000000002.jobs", "000000000002.jobs.start", "x.jobs"), file),
        {
          maxLength: 3,
        },
      ),
      fc.constantFrom("quiet", "", "../x", "a/b", "quiet\0", "*"),
    ),
    async check([files, model]) {
      const root = mkdtempSync(join(tmpdir(), "understudy-fuzz-"));
      try {
        const place = join(root, "0", queueName("quiet"));
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, "silent_model"), model);
        for (const [name, text] of files) writeFileSync(join(place, name), text);
        const size = files.map(([, text]) => text).join("").length;
        await inTimeAsync(size, () => drained(root), { baseMs: 500, msPerKb: 5 });
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
  }),
];

/** All that waits comes out, damaged or not, and then there is room for more. */
async function drained(folder: string): Promise<void> {
  const spool = await openSpool({
    folder,
    maxBytes: 64 * 1024 ** 2,
    logger: silentLogger,
    codec: createJobCodec(KEYS),
  });
  try {
    for (const model of spool.leftovers()) await emptied(spool.of(model));
    const queueSpool = spool.of("quiet");
    await queueSpool.append(jobNumbers(2));
    hold((await emptied(queueSpool)) >= 2, "what was written is not there");
  } finally {
    await spool.close();
  }
}

/** How many jobs came out of it. */
async function emptied(queueSpool: QueueSpool): Promise<number> {
  let jobs = 0;
  let turns = 0;
  for (let batch = await queueSpool.oldest(); batch !== null; batch = await queueSpool.oldest()) {
    hold((turns += 1) < 10_000, "the spool never ends");
    jobs += batch.jobs.length;
    await queueSpool.remove(batch.count);
  }
  hold(queueSpool.bytes === 0, "bytes wait that are never sent");
  return jobs;
}
