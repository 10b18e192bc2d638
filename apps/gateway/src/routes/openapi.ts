import type { RequestHandler } from "express";
import { openApiDocument } from "../openapi/document.ts";

/** GET /api/openapi.json */
export function openApiRoute(): RequestHandler {
  const text = JSON.stringify(openApiDocument());
  return (_request, response) => void response.type("json").send(text);
}
