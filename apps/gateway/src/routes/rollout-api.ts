import { ROLLOUT_ACTIONS, type RolloutAsked, STICKY_BY } from "@understudy/contracts";
import { Router, type RequestHandler } from "express";
import { z } from "zod";
import type { RolloutControl } from "../control/rollout-control.ts";
import { type BodyRule, bodyOf } from "../http/json-body.ts";
import { onlyMethod } from "../http/only-method.ts";
import { whoAsks } from "../http/who-asks.ts";
import { REASON, REASON_FIX } from "./reason.ts";

const START = "/api/experiments/:id/rollout";
const ALL = "/api/rollouts";
const ONE = `${ALL}/:id`;

const MOST_STAGES = 20;
const MOST_PAIRS = 1_000_000;
const MOST_HOURS = 24 * 90;
const LONGEST_WATCH_MS = 365 * 86_400_000;

const stages = z
  .array(z.number().positive().max(100))
  .min(1)
  .max(MOST_STAGES)
  .refine((given) => given.at(-1) === 100 && given.every((share, at) => at === 0 || share > (given[at - 1] ?? 0)));
const pairs = z.int().min(0).max(MOST_PAIRS).exactOptional();
const hours = z.number().min(0).max(MOST_HOURS).exactOptional();

export const ASKED: BodyRule<RolloutAsked> = {
  schema: z.strictObject({
    stages: stages.exactOptional(),
    sticky: z.enum(STICKY_BY).exactOptional(),
    hold: z.strictObject({ pairs, hours }).exactOptional(),
    automatic: z.boolean().exactOptional(),
    fallback: z.boolean().exactOptional(),
    watch_ms: z.int().min(0).max(LONGEST_WATCH_MS).exactOptional(),
    force: z.boolean().exactOptional(),
    reason: REASON,
  }),
  fixes: {
    stages: `write 1 to ${MOST_STAGES} ascending per cents that end with 100, such as [5, 25, 50, 100].`,
    sticky: `write one of ${STICKY_BY.join(", ")}.`,
    hold: 'write what a stage takes before the next: {"pairs": 200, "hours": 24}.',
    "hold.pairs": `write a whole number of answers, at most ${MOST_PAIRS}.`,
    "hold.hours": `write hours, at most ${MOST_HOURS}.`,
    automatic: "write true, or false where each stage is advanced by hand.",
    fallback: "write true, or false where a failed call of the candidate is the client's answer.",
    watch_ms: "write the milliseconds for which the old primary shadows the candidate, at most a year, 0 for none.",
    force: "write true to hand over though the verdict is not promote; it needs a reason.",
    reason: REASON_FIX,
  },
  example: 'A rollout is a JSON object: {"stages": [5, 25, 50, 100], "hold": {"pairs": 200, "hours": 24}}.',
};

export const ACTED: BodyRule<{ readonly reason?: string }> = {
  schema: z.strictObject({ reason: REASON }),
  fixes: { reason: REASON_FIX },
  example: 'It is a JSON object, or nothing: {"reason": "the weekend is quiet"}.',
};

/** POST /api/experiments/:id/rollout, GET /api/rollouts[/:id], POST /api/rollouts/:id/{advance,pause,resume,rollback}. */
export function rolloutApi(control: RolloutControl, body: RequestHandler): Router {
  const api = Router();
  api.post(START, body, async (request, response) => {
    const asked = bodyOf(request, ASKED);
    const started = await control.start(String(request.params["id"]), asked, whoAsks(request, response));
    response.status(201).location(`${ALL}/${started.id}`).json(started);
  });
  api.get(ALL, async (_request, response) => {
    response.json({ data: await control.list(), next_cursor: null });
  });
  api.get(ONE, async (request, response) => {
    response.json(await control.read(request.params.id));
  });
  for (const action of ROLLOUT_ACTIONS) {
    api.post(`${ONE}/${action}`, body, async (request, response) => {
      const { reason = null } = bodyOf(request, ACTED);
      const by = { who: whoAsks(request, response), reason };
      response.json(await control.act(String(request.params["id"]), action, by));
    });
  }
  api.all([ALL, ONE], onlyMethod("GET"));
  api.all([START, ...ROLLOUT_ACTIONS.map((action) => `${ONE}/${action}`)], onlyMethod("POST"));
  return api;
}
