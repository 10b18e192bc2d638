import type { ExperimentAdded, ExperimentChange } from "@understudy/contracts";
import { Router, type RequestHandler } from "express";
import { z } from "zod";
import type { ExperimentsControl } from "../control/experiment-control.ts";
import { type BodyRule, bodyOf } from "../http/json-body.ts";
import { onlyMethod } from "../http/only-method.ts";
import { whoAsks } from "../http/who-asks.ts";
import { REASON, REASON_FIX } from "./reason.ts";
import { moment, pageOf } from "./query-values.ts";

const ALL = "/api/experiments";
const ONE = `${ALL}/:id`;
const EVENTS = `${ONE}/events`;

const LONGEST_NAME = 512;
const MOST_EVENTS = 500;

const SETTINGS = {
  sample_rate: z.number().min(0).max(1).nullable().exactOptional(),
  ends_at: z.union([z.int().positive(), moment]).nullable().exactOptional(),
  max_usd_per_day: z.number().positive().max(1e9).nullable().exactOptional(),
  concurrency: z.int().min(1).max(1_000).nullable().exactOptional(),
};
const SETTING_FIXES = {
  sample_rate: "write a share from 0 to 1, or null for the configuration's.",
  ends_at: "write a date such as 2026-12-24T18:00:00Z, or epoch milliseconds, or null for none.",
  max_usd_per_day: "write US dollars above 0, or null for the configuration's daily_budget_usd.",
  concurrency: "write a whole number from 1 to 1000, or null for the configuration's.",
  reason: REASON_FIX,
};

export const CHANGE: BodyRule<ExperimentChange> = {
  schema: z.strictObject({
    state: z.enum(["running", "paused", "ended"]).exactOptional(),
    ...SETTINGS,
    tell_when_decided: z.boolean().exactOptional(),
    reason: REASON,
  }),
  fixes: {
    state: "write running, paused or ended; the other states come of rollouts.",
    ...SETTING_FIXES,
    tell_when_decided: "write true to have the webhook told once when it is decided, or false to take that back.",
  },
  example: 'A change is a JSON object: {"sample_rate": 0.1, "reason": "the month is dear"}.',
};

const name = z.string().min(1).max(LONGEST_NAME);
export const ADDED: BodyRule<ExperimentAdded> = {
  schema: z.strictObject({ primary: name, silent: name, ...SETTINGS, reason: REASON }),
  fixes: {
    primary: "name the model group whose requests are mirrored.",
    silent: "name the model group that the copies go to.",
    ...SETTING_FIXES,
  },
  example: 'An experiment is a JSON object: {"primary": "main", "silent": "cheap", "sample_rate": 0.1}.',
};

/** PATCH /api/experiments/:id, POST /api/experiments and GET /api/experiments/:id/events: what runs, changed while it does. */
export function experimentApi(control: ExperimentsControl, body: RequestHandler): Router {
  const api = Router();
  api.patch(ONE, body, async (request, response) => {
    const change = bodyOf(request, CHANGE);
    response.json(await control.change(String(request.params["id"]), change, whoAsks(request, response)));
  });
  api.post(ALL, body, async (request, response) => {
    const added = await control.add(bodyOf(request, ADDED), whoAsks(request, response));
    response
      .status(201)
      .location(`${ALL}/${encodeURIComponent(added.id)}`)
      .json(added);
  });
  api.get(EVENTS, async (request, response) => {
    const page = pageOf(request.query, MOST_EVENTS);
    const data = await control.events(request.params.id, page);
    response.json({ data, next_cursor: data.length < page.limit ? null : (data.at(-1)?.id ?? null) });
  });
  api.all(EVENTS, onlyMethod("GET"));
  return api;
}
