import type { SubjectKind } from "@understudy/contracts";
import { type RequestHandler, Router } from "express";
import { z } from "zod";
import type { Deleter } from "../deletions/deleter.ts";
import { ApiError } from "../http/api-error.ts";
import { onlyMethod } from "../http/only-method.ts";

const PATH = "/api/deletions";
const DATA = "/api/data";

const KINDS: Readonly<Record<string, SubjectKind>> = {
  user: "user",
  session: "session",
  request_id: "request",
  pair_id: "pair",
};

/** POST /api/deletions, DELETE /api/data?user= and GET /api/deletions/:id: all of one user or session, of one request or pair, with a receipt. */
export function deletionApi(deleter: Deleter, body: RequestHandler): Router {
  const api = Router();
  api.post(PATH, body, async (request, response) => {
    const [kind, name] = meantBy(parsed(request.body), IN_BODY);
    response.json(await deleter.remove(kind, name).catch(away));
  });
  api.delete(DATA, async (request, response) => {
    const [kind, name] = meantBy(request.query, IN_QUERY);
    response.json(await deleter.remove(kind, name).catch(away));
  });
  api.get(`${PATH}/:id`, async (request, response) => {
    const { id } = request.params;
    const receipt = await deleter.receipt(id).catch(away);
    if (receipt === null) throw new ApiError("not_found", `There is no deletion ${id}.`);
    response.json(receipt);
  });
  api.all(PATH, onlyMethod("POST"));
  api.all(DATA, onlyMethod("DELETE"));
  return api;
}

const IN_BODY = 'It is a JSON object: {"user": "…"}.';
const IN_QUERY = "It stands in the address: /api/data?user=….";

function meantBy(given: unknown, where: string): readonly [SubjectKind, string] {
  const fields = z
    .record(
      z.string(),
      z
        .string()
        .trim()
        .regex(/^.{1,4096}$/s),
    )
    .safeParse(given);
  const [only, ...more] = Object.entries(fields.data ?? {});
  const kind = Object.hasOwn(KINDS, only?.[0] ?? "") ? KINDS[only?.[0] ?? ""] : undefined;
  if (only === undefined || kind === undefined || more.length > 0) {
    const message = "Name what is to be deleted by exactly one of `user`, `session`, `request_id` and `pair_id`.";
    throw new ApiError("invalid_request", `${message} ${where}`);
  }
  return [kind, only[1]];
}

function parsed(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString() : "");
  } catch {
    return null;
  }
}

function away(cause: unknown): never {
  const message = "Queue or database cannot be reached now, so nothing is certain. Ask again: it does no harm.";
  throw new ApiError("store_unavailable", message, { cause });
}
