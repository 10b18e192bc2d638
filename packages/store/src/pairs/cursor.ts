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
  return Buffer.from(JSON.stringify([position.createdAt, position.id])).toString("base64url");
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
