import { InvalidCursorError, type ListedPair, type PairQuery, type Store } from "@understudy/store";
import type { Request, RequestHandler } from "express";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../http/api-error.ts";
import { parsePairQuery } from "./pair-query.ts";

/** Pairs in one file; who wants more goes on with the cursor that its last line names. */
const MOST_PAIRS = 100_000;
/** Pairs that are in memory at once. */
const PAGE = 200;

const FORMATS = {
  jsonl: { type: "application/x-ndjson; charset=utf-8", write: writeJsonl },
  csv: { type: "text/csv; charset=utf-8", write: writeCsv },
} as const;

type Format = keyof typeof FORMATS;

/**
 * `GET /api/pairs?format=jsonl|csv`: all pairs that the filters leave, as a file. It is read as fast as the client takes it, a page at
 * a time; `texts=true` adds request and answers to each line of JSON.
 */
export function exportPairs(store: Store): RequestHandler {
  return async (request, response, next) => {
    if (request.query["format"] === undefined) {
      next();
      return;
    }
    const format = formatOf(request);
    const query = parsePairQuery(request.query);
    const texts = request.query["texts"] === "true";
    if (texts && format === "csv") {
      const message = "`texts` are in JSON lines alone: write format=jsonl, or leave texts out.";
      throw new ApiError("invalid_request", message, { param: "texts" });
    }
    // A database that is away is told before the first byte; what fails later breaks the file off.
    const pages = pagesOf(store, { ...query, limit: PAGE });
    const first = await pages.next();
    response.set({
      "content-type": FORMATS[format].type,
      "content-disposition": `attachment; filename="pairs.${format}"`,
    });
    const lines = FORMATS[format].write(all(first, pages), texts ? store : null);
    await pipeline(Readable.from(lines), response).catch((error: unknown) => {
      // Who has gone needs no answer, and half a file must not look like a whole one.
      response.destroy();
      if (!isGone(error)) throw error;
    });
  };
}

function isGone(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "ERR_STREAM_PREMATURE_CLOSE";
}

function formatOf({ query }: Request): Format {
  const { format } = query;
  if (format === "jsonl" || format === "csv") return format;
  throw new ApiError("invalid_request", "`format` must be jsonl or csv, or left out.", { param: "format" });
}

/** `next`: where the file ends before the pairs do. */
interface Page {
  readonly pairs: readonly ListedPair[];
  readonly next: string | null;
}

async function* pagesOf(store: Store, query: PairQuery): AsyncGenerator<Page, undefined> {
  let [cursor, read] = [query.cursor, 0];
  for (;;) {
    const page = await listed(store, cursor === undefined ? query : { ...query, cursor });
    read += page.data.length;
    const full = read >= MOST_PAIRS;
    yield { pairs: page.data, next: full ? page.next_cursor : null };
    if (page.next_cursor === null || full) return undefined;
    cursor = page.next_cursor;
  }
}

async function listed(store: Store, query: PairQuery) {
  try {
    return await store.pairs.list(query);
  } catch (error) {
    if (error instanceof InvalidCursorError) {
      throw new ApiError("invalid_request", `\`cursor\`: ${error.message}`, { param: "cursor", cause: error });
    }
    const message = "The database of pairs cannot be read now. Try again shortly.";
    throw new ApiError("store_unavailable", message, { cause: error });
  }
}

async function* all(first: IteratorResult<Page, undefined>, rest: AsyncIterable<Page>): AsyncGenerator<Page> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

async function* writeJsonl(pages: AsyncIterable<Page>, store: Store | null): AsyncGenerator<string> {
  for await (const { pairs, next } of pages) {
    for (const pair of pairs) {
      const whole = store === null ? null : await store.pairs.read(pair.id);
      yield `${JSON.stringify(whole === null ? pair : { ...pair, ...whole })}\n`;
    }
    if (next !== null) yield `${JSON.stringify({ next_cursor: next })}\n`;
  }
}

type Cell = string | number | boolean | null | undefined;

const COLUMNS: Readonly<Record<string, (pair: ListedPair) => Cell>> = {
  id: ({ id }) => id,
  created_at: ({ created_at }) => new Date(created_at).toISOString(),
  experiment: ({ experiment }) => experiment,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  kind: ({ comparison }) => comparison?.kind,
  agrees: ({ comparison }) => comparison?.agrees,
  said: ({ said }) => said,
  judgement: ({ judgement }) => judgement,
  prompt: ({ excerpt }) => excerpt?.prompt,
  primary_answer: ({ excerpt }) => excerpt?.primary,
  silent_answer: ({ excerpt }) => excerpt?.silent,
  primary_model: ({ primary }) => primary.model_group,
  silent_model: ({ silent_model }) => silent_model,
  primary_ms: ({ primary }) => primary.timing.model_ms,
  silent_ms: ({ silent }) => silent?.timing.model_ms,
  primary_cost_usd: ({ primary }) => primary.cost_usd,
  silent_cost_usd: ({ silent }) => silent?.cost_usd,
  request_id: ({ request_id }) => request_id,
};

async function* writeCsv(pages: AsyncIterable<Page>): AsyncGenerator<string> {
  yield rowOf(Object.keys(COLUMNS));
  for await (const { pairs, next } of pages) {
    yield pairs.map((pair) => rowOf(Object.values(COLUMNS).map((cell) => cell(pair)))).join("");
    if (next !== null) yield rowOf([`more pairs follow from cursor=${next}`]);
  }
}

function rowOf(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it: models write what they like. */
function cellOf(value: Cell): string {
  if (typeof value !== "string") return value === null || value === undefined ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
