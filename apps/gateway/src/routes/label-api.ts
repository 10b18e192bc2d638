import { LABEL_CHOICES, NOTE_CHOICES } from "@understudy/store";
import { type Request, type RequestHandler, Router } from "express";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { onlyMethod } from "../http/only-method.ts";
import type { LabelControl, LabelWritten } from "../control/label-control.ts";

const PROGRESS = "/api/experiments/:id/labels";
const NEXT = `${PROGRESS}/next`;
const ONE = "/api/labels/:id";
const NOTES = "/api/pairs/:id/notes";
const NOTE = "/api/notes/:id";
/** UTF-16 code units. */
const LONGEST_NAME = 200;
const LONGEST_NOTE = 2_000;

const text = (longest: number) => z.string().trim().max(longest).nullish();
const LABEL = z.strictObject({
  label: z.enum(LABEL_CHOICES),
  note: text(LONGEST_NOTE),
  reviewer: text(LONGEST_NAME),
});

const NOTED = z.strictObject({ label: z.enum(NOTE_CHOICES), reviewer: text(LONGEST_NAME) });

/**
 * GET /api/experiments/:id/labels[/next], POST and DELETE /api/labels/:id: pairs that people are asked about, blind, and their
 * labels. POST /api/pairs/:id/notes and DELETE /api/notes/:id: what people say of other pairs.
 */
export function labelApi(control: LabelControl, body: RequestHandler): Router {
  const api = Router();
  api.get(PROGRESS, async (request, response) => {
    response.json(await control.progress(request.params.id));
  });
  api.get(NEXT, async (request, response) => {
    // The next one is another each time.
    response.set("cache-control", "no-store").json(await control.next(request.params.id));
  });
  api.post(ONE, body, async (request, response) => {
    const id = idIn(request);
    await control.label(id, labelIn(request.body));
    response.json({ id, status: "labelled" });
  });
  api.delete(ONE, async (request, response) => {
    const { id } = request.params;
    await control.takeBack(id, reviewerIn(request.query));
    response.json({ id, status: "taken_back" });
  });
  api.post(NOTES, body, async (request, response) => {
    const { label, reviewer } = noteIn(request.body);
    response.status(201).json(await control.note(idIn(request), label, reviewer || null));
  });
  api.delete(NOTE, async (request, response) => {
    const { id } = request.params;
    await control.removeNote(id, reviewerIn(request.query));
    response.json({ id, status: "taken_back" });
  });
  api.all([PROGRESS, NEXT], onlyMethod("GET"));
  api.all(ONE, onlyMethod("POST, DELETE"));
  api.all(NOTES, onlyMethod("POST"));
  api.all(NOTE, onlyMethod("DELETE"));
  return api;
}

const idIn = ({ params }: Request): string => String(params["id"]);

function labelIn(body: unknown): LabelWritten {
  const read = LABEL.safeParse(parsed(body));
  if (!read.success) {
    const [issue] = read.error.issues;
    const param = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : String(issue?.path[0] ?? "label");
    throw new ApiError("invalid_label", `\`${param}\`: ${FIXES[param] ?? "is not a key here."} ${EXAMPLE}`, { param });
  }
  const { label, note, reviewer } = read.data;
  return { choice: label, note: note || null, reviewer: reviewer || null };
}

function noteIn(body: unknown): z.infer<typeof NOTED> {
  const read = NOTED.safeParse(parsed(body));
  if (read.success) return read.data;
  const message = `A note is a JSON object: {"label": "primary", "reviewer": "eve"}; label is one of ${NOTE_CHOICES.join(", ")}.`;
  throw new ApiError("invalid_label", message, { param: "label" });
}

function reviewerIn({ reviewer }: Readonly<Record<string, unknown>>): string | null {
  const read = text(LONGEST_NAME).safeParse(reviewer);
  if (read.success) return read.data || null;
  throw new ApiError("invalid_request", `\`reviewer\` must be a name of at most ${LONGEST_NAME} characters.`, {
    param: "reviewer",
  });
}

const EXAMPLE = 'A label is a JSON object: {"label": "a", "note": "names the wrong price", "reviewer": "eve"}.';
const FIXES: Readonly<Record<string, string>> = {
  label: `write one of ${LABEL_CHOICES.join(", ")}: the better answer, same where neither is, skip where you cannot tell.`,
  note: `write text of at most ${LONGEST_NOTE} characters, or leave it out.`,
  reviewer: `write a name of at most ${LONGEST_NAME} characters, or leave it out.`,
};

function parsed(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString() : "");
  } catch {
    throw new ApiError("invalid_json", `The body is not JSON. ${EXAMPLE}`);
  }
}
