import { APIS } from "@understudy/apis";
import type { Operation } from "./operation.ts";
import { ref, type Schema, text } from "./schema.ts";

const METHODS = { GET: "get", POST: "post", DELETE: "delete" } as const;
const WIRE: Schema = { type: "object", description: "As the API's own documentation has it." };

/** What clients call. */
export const MODELS: readonly Operation[] = [
  ...Object.values(APIS).flatMap(({ name, paths, beside }): readonly Operation[] => {
    const path = `/v1${paths[0] ?? ""}`;
    const calls: Operation = {
      method: "post",
      path,
      tag: "models",
      summary: `Answers a request of the API ${name}`,
      body: WIRE,
      answer: WIRE,
    };
    const counts: readonly Operation[] =
      beside.counts === null ? [] : [{ ...calls, path: `${path}${beside.counts}`, summary: "Counts tokens" }];
    const kept = beside.kept.map(([method, behind]): Operation => ({
      method: METHODS[method],
      path: `${path}/{id}${behind}`,
      tag: "models",
      summary: "Of an answer that its provider keeps",
      answer: WIRE,
    }));
    return [calls, ...counts, ...kept];
  }),
  {
    method: "get",
    path: "/v1/models",
    tag: "models",
    summary: "Model groups that can be asked for",
    answer: ref("Models"),
  },
  { method: "get", path: "/v1/models/{id}", tag: "models", summary: "One of them", answer: ref("Model") },
];

/** What watches over it. */
export const HEALTH: readonly Operation[] = [
  {
    method: "get",
    path: "/health/liveliness",
    tag: "health",
    summary: "Whether it runs",
    answer: ref("Health"),
    open: true,
  },
  { method: "get", path: "/health/liveness", tag: "health", summary: "The same", answer: ref("Health"), open: true },
  {
    method: "get",
    path: "/health/readiness",
    tag: "health",
    summary: "Which part it leans on is not ready",
    answer: ref("Health"),
    open: true,
  },
  {
    method: "get",
    path: "/metrics",
    tag: "health",
    summary: "Figures for Prometheus",
    answer: text,
    type: "text/plain",
    open: true,
  },
  { method: "get", path: "/api/openapi.json", tag: "health", summary: "This document", answer: { type: "object" } },
];
