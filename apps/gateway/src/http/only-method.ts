import type { RequestHandler } from "express";
import { ApiError } from "./api-error.ts";

/** For a path that is there, asked with a method that it does not take. */
export function onlyMethod(
  method: "GET" | "POST" | "DELETE" | "POST, DELETE" | "GET, PATCH" | "GET, POST",
): RequestHandler {
  return (request, response) => {
    response.setHeader("allow", method.replace(/^GET/, "GET, HEAD"));
    if (request.method === "OPTIONS") {
      response.status(204).end();
      return;
    }
    throw new ApiError("method_not_allowed", `${request.path} takes ${method}, not ${request.method}.`);
  };
}
