import { openApiDocument } from "@understudy/gateway";
import { anchorOf } from "./anchors.ts";

/** What of a JSON Schema the gateway's document uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly $ref?: string;
}
interface Content {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The HTTP API, from the document that the gateway serves. */
export function apiPage(): string {
  const { paths, components } = openApiDocument() as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ heading: `${method.toUpperCase()} ${path}`, operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? "more");
  const parts = [
    "# HTTP API",
    "A gateway serves the same as OpenAPI 3.1 at `GET /api/openapi.json`. All of it takes `general_settings.master_key` as a bearer token, " +
      "where one is set, but for what is marked open. Fields are always there unless marked optional; later versions may add some.",
  ];
  for (const [tag, ofTag] of byTag) {
    parts.push(`## ${tag[0]?.toUpperCase()}${tag.slice(1)}`);
    parts.push(...ofTag.flatMap(({ heading, operation }) => operationParts(heading, operation)));
  }
  parts.push("## Schemas");
  for (const [name, schema] of Object.entries(components.schemas)) {
    parts.push(`### ${name}`, schema.description ?? "", fieldsOf(schema));
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

function operationParts(heading: string, operation: Operation): readonly string[] {
  const open = operation.security?.length === 0 ? " Open, without a key." : "";
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const lines = query.map(({ name, description = "" }) => `- \`?${name}=\` ${cell(description)}`);
  const [status = "", answer] = Object.entries(operation.responses).find(([code]) => code !== "default") ?? [];
  if (operation.requestBody !== undefined) lines.push(`- takes ${contentOf(operation.requestBody)}`);
  if (answer !== undefined) lines.push(`- answers ${status} with ${contentOf(answer)}`);
  return [`### \`${heading}\``, `${operation.summary}.${open}`, lines.join("\n")];
}

function contentOf({ content }: Content): string {
  const kinds = Object.entries(content).map(([type, { schema }]) =>
    type === "application/json" ? typeOf(schema) : `\`${type}\``,
  );
  return kinds.join(" or ");
}

/** A table of its fields, or what it is where it has none. */
function fieldsOf(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return typeOf(schema);
  const rows = fields.map(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? "" : " (optional)";
    const told = field.description === undefined ? "" : `. ${field.description}`;
    return `| \`${name}\`${optional} | ${cell(`${typeOf(field)}${told}`)} |`;
  });
  return ["| field | is |", "| --- | --- |", ...rows].join("\n");
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    return `[${name}](#${anchorOf(name)})`;
  }
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.type === "array") return `a list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") return objectOf(schema);
  return schema.type ?? schema.description ?? "anything";
}

function objectOf({ properties, required = [], additionalProperties, description }: Schema): string {
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(
      ([name, field]) => `\`${name}${required.includes(name) ? "" : "?"}\`: ${typeOf(field)}`,
    );
    return `{ ${fields.join("; ")} }`;
  }
  if (typeof additionalProperties === "object") return `an object of names to ${typeOf(additionalProperties)}`;
  return description === undefined ? "an object" : `an object (${description.replace(/\.$/, "")})`;
}

/** Fit for a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
