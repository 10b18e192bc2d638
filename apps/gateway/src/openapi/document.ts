import { VERSION } from "@understudy/runtime";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { ref } from "./schema.ts";
import { SCHEMAS } from "./schemas.ts";

/** The whole HTTP API, as OpenAPI 3.1 has it. */
export function openApiDocument(): object {
  const byPath = Map.groupBy(OPERATIONS, ({ path }) => path);
  const paths = [...byPath].map(([path, operations]) => [
    path,
    Object.fromEntries(operations.map((operation) => [operation.method, operationOf(operation)])),
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Understudy",
      version: VERSION,
      description:
        "An LLM gateway that mirrors production traffic to a silent model, says whether that could take the lead, and hands it over.",
    },
    security: [{ masterKey: [] }],
    paths: Object.fromEntries(paths) as object,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        masterKey: {
          type: "http",
          scheme: "bearer",
          description: "general_settings.master_key; where none is set, none is asked for.",
        },
      },
    },
  };
}

function operationOf({
  method,
  path,
  tag,
  summary,
  query = {},
  body,
  status = 200,
  answer,
  type,
  open,
}: Operation): object {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const parameters = [
    ...named.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...Object.entries(query).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema: { type: "string" },
    })),
  ];
  return {
    operationId: [method, ...path.split(/[/{}]+/).filter((part) => part !== "")].join("_"),
    tags: [tag],
    summary,
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: { "application/json": { schema: body } } } }),
    responses: {
      [status]: { description: "As asked.", content: { [type ?? "application/json"]: { schema: answer } } },
      default: {
        description: "What is wrong, with the parameter and how to write it; 409 says what may be done now.",
        content: { "application/json": { schema: ref("Error") } },
      },
    },
  };
}
