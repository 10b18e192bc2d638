import { parseBoundedJson } from "@understudy/runtime";
import { z } from "zod";

import { InvalidCursorError } from "./pair-store.ts";

/** Where a page of pairs ended: creation time and id of its last pair. */
export interface Position {
  readonly createdAt: number;
  readonly id: string;
}

// zod's own bounds look at the `length` of what is no text as well, and throw at an odd one.
const positionSchema = z.tuple([z.int(), z.string().regex(/^.{1,200}$/s)]);

export function encodeCursor(position: Position): string {
  return encoded([position.createdAt, position.id]);
}

/** Where a page of sorted pairs ended: what it is sorted by, the last pair's value and its id. */
export interface Rank {
  readonly sort: string;
  readonly value: number;
  readonly id: string;
}

const rankSchema = z.tuple([z.string().regex(/^[a-z]{1,20}$/), z.number(), z.string().regex(/^.{1,200}$/s)]);

export function encodeRank({ sort, value, id }: Rank): string {
  return encoded([sort, value, id]);
}

/** Throws `InvalidCursorError` for anything that `encodeRank` does not make of this sort. */
export function decodeRank(cursor: string, sort: string): Rank {
  const parsed = rankSchema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!parsed.success) throw new InvalidCursorError();
  const rank = { sort: parsed.data[0], value: parsed.data[1], id: parsed.data[2] };
  if (encodeRank(rank) !== cursor || rank.sort !== sort || rank.id.includes("\0")) throw new InvalidCursorError();
  return rank;
}

function encoded(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Throws `InvalidCursorError` for anything that `encodeCursor` does not make. */
export function decodeCursor(cursor: string): Position {
  const parsed = positionSchema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!parsed.success) throw new InvalidCursorError();
  const position = { createdAt: parsed.data[0], id: parsed.data[1] };
  // Base64 is read leniently; only the one spelling that was given out counts. No id of ours holds NUL.
  if (encodeCursor(position) !== cursor || position.id.includes("\0")) throw new InvalidCursorError();
  return position;
}

function parseJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return null;
  }
}
