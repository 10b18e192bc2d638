import { type Api, APIS } from "@understudy/apis";
import type { RequestHandler, Response } from "express";

/** What a request's path says: which API is spoken, and the model where the path names it. */
export interface AskedAt {
  readonly api: Api;
  readonly model: string | null;
}

/** Azure's clients name the deployment, the oldest of OpenAI's an engine; others put `openai` before the version, or slashes twice. */
const BEFORE = /^\/(?:openai\/deployments\/([^/]+)\/|(?:v1\/)?engines\/([^/]+)\/|(?:openai\/)?(?:v1\/)?)?(?=[^/])/i;
const SLASHES = /^\/{2,}/;

const BY_PATH: ReadonlyMap<string, Api> = new Map(
  Object.values(APIS).flatMap((api) => api.paths.map((path) => [path, api] as const)),
);

/** The list of models, which is of no API, is asked for by the same paths. */
const MODELS = /^\/models(?:\/|$)/i;

/** As nearly every client writes it: there is nothing to look for. */
const USUAL: ReadonlyMap<string, AskedAt> = new Map(
  [...BY_PATH].map(([path, api]) => [`/v1${path}`, { api, model: null }]),
);

const BEHIND = [...BY_PATH].map(([path, api]) => [`${path}/`, api] as const);

/**
 * Finds the API by any of the paths that clients ask for it, and sends the request on under its usual one: what comes after
 * knows no other.
 */
export function findApi(): RequestHandler {
  return (request, response, next) => {
    const usual = USUAL.get(request.url);
    if (usual !== undefined) {
      response.locals["asked"] = usual;
      return next();
    }
    const { path } = request;
    const query = request.url.slice(request.url.indexOf("?") === -1 ? request.url.length : request.url.indexOf("?"));
    const single = path.replace(SLASHES, "/");
    const before = BEFORE.exec(single);
    const rest = before === null ? single : `/${single.slice(before[0].length)}`;
    const model = before?.[1] ?? before?.[2] ?? null;
    const api = apiAt(rest.toLowerCase().replace(/\/$/, ""));
    if (api !== undefined) {
      response.locals["asked"] = { api, model: model === null ? null : decoded(model) } satisfies AskedAt;
    }
    if (api !== undefined || (model === null && MODELS.test(rest))) request.url = `/v1${rest}${query}`;
    next();
  };
}

/** At its path, or at what stands behind it. */
function apiAt(path: string): Api | undefined {
  return BY_PATH.get(path) ?? BEHIND.find(([before]) => path.startsWith(before))?.[1];
}

/** The API whose client asks, for the shape of an error: OpenAI's where the path is of none. */
export function apiOf(response: Response): Api {
  return askedAt(response)?.api ?? APIS.chat;
}

export function askedAt(response: Response): AskedAt | undefined {
  return response.locals["asked"] as AskedAt | undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
