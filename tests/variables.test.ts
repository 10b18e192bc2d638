import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

/** Rooms that ship, but for the one that reads what LiteLLM's own variables say of sinks: docs/logging.md has those. */
const ROOMS = ["apps/cli", "apps/gateway", "apps/worker", "packages/launch", "packages/config", "packages/simulator"];
/** Told beside the table: a deployment that writes no key falls back to its provider's. */
const PROVIDERS_OWN = "OPENAI_API_KEY";

/** Variables that the program reads by their name. */
async function variablesRead(): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const room of ROOMS) {
    for (const file of await readdir(path.join(room, "src"), { recursive: true })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("logging/")) continue;
      const text = await readFile(path.join(room, "src", file), "utf8");
      for (const [, byKey, bySetting] of text.matchAll(/\benv\["([A-Z_]+)"\]|\benv: "([A-Z_]+)"/g)) {
        names.add(byKey ?? bySetting ?? "");
      }
    }
  }
  names.delete(PROVIDERS_OWN);
  return names;
}

test("docs/configuration.md lists the variables that the processes read, and no other", async () => {
  const page = await readFile("docs/configuration.md", "utf8");
  const sectionOf = (title: string): string => page.split("\n## ").find((text) => text.startsWith(title)) ?? "";
  const section = sectionOf("The processes' environment");
  const listed = [...section.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name = ""]) => name);
  // What the environment says of proxies and certificates has a section of its own.
  const network = sectionOf("Proxies and certificates");
  const read = [...(await variablesRead())].filter((name) => !network.includes(`\`${name}\``));
  expect(listed.toSorted()).toEqual(read.toSorted());
});
