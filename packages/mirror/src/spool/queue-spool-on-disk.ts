import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorFields, type Logger, PRIVATE_FILE, PRIVATE_FOLDER } from "@understudy/runtime";
import type { MirrorJob } from "../job/mirror-job.ts";
import { type QueueSpool, type SpooledBatch, SpoolFullError } from "./spool.ts";
import { Segment, segmentsIn } from "./segment.ts";
import { spoolLine } from "./spool-lines.ts";

/** How a job is written down. */
export interface JobCodec {
  encode(job: MirrorJob): string;
  /** Throws for what is no job. */
  decode(text: string): MirrorJob;
}

export interface DiskSpoolDeps {
  readonly folder: string;
  readonly silentModel: string;
  readonly codec: JobCodec;
  readonly logger: Logger;
  /** Bytes that may still be written, over all silent models. */
  readonly room: () => number;
  readonly maxBytes: number;
}

/** Segments are deleted whole, so a long queue does not hold on to what it has given away. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
const BATCH_JOBS = 100;
/** The file that tells whose jobs a folder holds: its name may be shortened. */
export const MODEL_FILE = "silent_model";

/** Whole or not at all: a crash, or a full disk, must not leave jobs behind that are nobody's. */
export function writeModel(folder: string, silentModel: string): void {
  const file = join(folder, MODEL_FILE);
  writeFileSync(`${file}.new`, silentModel, { mode: PRIVATE_FILE });
  renameSync(`${file}.new`, file);
}

/** A spool in a folder of files. Everything is done one after the other, in the order it was asked for. */
export class DiskSpool implements QueueSpool {
  readonly #deps: DiskSpoolDeps;
  readonly #segments: Segment[] = [];
  /** The one that this process appends to. */
  #written: Segment | null = null;
  #next = 1;
  #last: Promise<unknown> = Promise.resolve();
  #prepared = false;

  constructor(deps: DiskSpoolDeps) {
    this.#deps = deps;
  }

  /** Finds what an earlier process left. Call before anything else: what is asked for meanwhile comes after it. */
  load(): Promise<void> {
    const { folder } = this.#deps;
    return this.#inTurn(async () => {
      const numbers = segmentsIn(folder);
      this.#next = (numbers.at(-1) ?? 0) + 1;
      for (const number of numbers) this.#segments.push(await Segment.find(folder, number));
    });
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.waiting, 0);
  }

  append(jobs: readonly MirrorJob[]): Promise<void> {
    return this.#inTurn(async () => {
      const lines = jobs.map((job) => spoolLine(this.#deps.codec.encode(job))).join("");
      if (Buffer.byteLength(lines) > this.#deps.room()) throw new SpoolFullError(this.#deps.maxBytes);
      try {
        await this.#writable().append(lines);
      } catch (error) {
        // What could not be taken back lies behind its end: nothing more is written to this one.
        this.#written = null;
        await this.#forgetUnbegun();
        throw error;
      }
    });
  }

  oldest(): Promise<SpooledBatch | null> {
    return this.#inTurn(async () => {
      for (let [segment] = this.#segments; segment !== undefined; [segment] = this.#segments) {
        const { texts } = await segment.read(BATCH_JOBS);
        if (texts.length > 0) return { jobs: this.#decoded(texts), count: texts.length };
        if (segment.waiting > 0) this.#sayDamaged("the end of a file was torn off", {});
        await this.#deleteFirst();
      }
      return null;
    });
  }

  remove(count: number): Promise<void> {
    return this.#inTurn(async () => {
      let left = count;
      for (let [segment] = this.#segments; segment !== undefined && left > 0; [segment] = this.#segments) {
        const { texts, bytes } = await segment.read(left);
        left -= texts.length;
        await segment.skip(bytes);
        if (segment.waiting === 0 || texts.length === 0) await this.#deleteFirst();
      }
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const segment of this.#segments) await segment.close();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #writable(): Segment {
    if (!this.#prepared) {
      mkdirSync(this.#deps.folder, { recursive: true, mode: PRIVATE_FOLDER });
      writeModel(this.#deps.folder, this.#deps.silentModel);
      this.#prepared = true;
    }
    const last = this.#segments.at(-1);
    // A file of an earlier process may have a torn end, which another line must not be joined to.
    if (last !== undefined && last === this.#written && last.size < SEGMENT_BYTES) return last;
    const segment = Segment.create(this.#deps.folder, this.#next);
    this.#next += 1;
    this.#segments.push(segment);
    this.#written = segment;
    return segment;
  }

  /** A file that never came to hold anything may not be there at all, and would stand in the way of all behind it. */
  async #forgetUnbegun(): Promise<void> {
    const last = this.#segments.at(-1);
    if (last === undefined || last.size > 0) return;
    this.#segments.pop();
    // A disk that takes nothing may not give anything up, either.
    await last.delete().catch(() => undefined);
  }

  async #deleteFirst(): Promise<void> {
    await this.#segments.shift()?.delete();
  }

  #decoded(texts: readonly (string | null)[]): readonly MirrorJob[] {
    const jobs: MirrorJob[] = [];
    for (const text of texts) {
      try {
        if (text === null) throw new Error("its checksum is another one");
        jobs.push(this.#deps.codec.decode(text));
      } catch (error) {
        this.#sayDamaged("a job cannot be read", errorFields(error));
      }
    }
    return jobs;
  }

  #sayDamaged(what: string, fields: object): void {
    this.#deps.logger.error(`the spool is damaged: ${what}`, { silent_model: this.#deps.silentModel, ...fields });
  }
}
