import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NOT_SUPPORTED } from "./not-supported.ts";
import { OWN_PATHS } from "../targets/own-way.ts";
import type { Provider } from "./provider.ts";
import { COMPATIBLE_PROVIDERS, PROVIDERS } from "./providers.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/providers.md"), "utf8");

/** The cells of all rows of the table whose first heading is this. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => cells(line)[0] === heading);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  return lines.slice(start + 2, start + length).map(cells);
}

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

const code = (text: string): string => `\`${text}\``;
const listed = (texts: readonly string[]): string => texts.map(code).join(", ") || "–";

function rowOf(provider: Provider): readonly string[] {
  const [own] = Object.values(provider.keyHeaders).map(code);
  const key = own ?? { bearer: "Bearer", "api-key": "`api-key`", "azure-host": "`api-key` or Bearer" }[provider.auth];
  return [
    code(`${provider.name}/`),
    provider.baseUrl === null ? "must be given" : code(provider.baseUrl),
    code(provider.wire === null || provider.wireParams !== null ? provider.path : OWN_PATHS[provider.wire][0]),
    provider.apis.filter((api) => api !== "chat").join(", ") || "–",
    listed(provider.baseEnv),
    listed([...provider.keyEnv, ...provider.tokenEnv]),
    provider.keyRequired ? key : `${key}, optional`,
    listed(Object.entries(provider.renamed).map(([from, to]) => `${from} → ${to}`)),
    listed(provider.refused),
  ];
}

test("docs/providers.md shows the providers as they are", () => {
  expect(tableOf("prefix")).toEqual(PROVIDERS.map(rowOf));
});

test("docs/providers.md shows where the other OpenAI-compatible prefixes are, and their keys", () => {
  expect(tableOf("compatible prefix")).toEqual(
    COMPATIBLE_PROVIDERS.map(({ name, baseUrl, baseEnv, keyEnv, keyRequired }) => [
      code(`${name}/`),
      baseUrl === null ? "must be given" : code(baseUrl),
      listed(baseEnv),
      listed(keyEnv) + (keyRequired ? "" : ", optional"),
    ]),
  );
});

test("docs/providers.md gives the reason for each provider that is not supported", () => {
  expect(tableOf("cannot be called")).toEqual(
    Object.entries(NOT_SUPPORTED).map(([name, reason]) => [code(`${name}/`), reason]),
  );
});
