import { z } from "zod";

const LONGEST = 2_000;

/** Why somebody changes something, in a body. */
export const REASON = z.string().trim().min(1).max(LONGEST).exactOptional();
export const REASON_FIX = `write a sentence of at most ${LONGEST} characters, or leave it out.`;
