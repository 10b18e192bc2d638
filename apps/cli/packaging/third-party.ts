import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Rolldown } from "tsdown";

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly words: string;
  readonly bytes: number;
}

/** Writes THIRD-PARTY.txt: whose code is in what was built, how much of it, and under which licence, with its words. */
export function thirdParty(): Rolldown.Plugin {
  return {
    name: "third-party",
    generateBundle(_options, bundle) {
      const bytes = new Map<string, number>();
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        for (const [id, { renderedLength }] of Object.entries(file.modules)) {
          const folder = packageFolder(id);
          if (folder !== null && renderedLength > 0) bytes.set(folder, (bytes.get(folder) ?? 0) + renderedLength);
        }
      }
      const all = [...bytes].map(([folder, length]) => bundled(folder, length));
      const source = textOf(all.toSorted((one, other) => one.name.localeCompare(other.name, "en")));
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY.txt", source });
    },
  };
}

/** The installed package that a module is of; null for our own. */
function packageFolder(id: string): string | null {
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, ""));
  return found?.[1] ?? null;
}

function bundled(folder: string, bytes: number): Bundled {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const { name, version, license } = manifest;
  const file = readdirSync(folder).find((one) => /^licen[cs]e(?:[.-].*)?$/i.test(one));
  return {
    name: String(name),
    version: String(version),
    licence: typeof license === "string" ? license : "see below",
    words: file === undefined ? "" : readFileSync(path.join(folder, file), "utf8").trim(),
    bytes,
  };
}

function textOf(all: readonly Bundled[]): string {
  const rows = all.map(
    ({ name, version, licence, bytes }) => `${`${name}@${version}`.padEnd(60)} ${licence}, ${bytes}`,
  );
  const words = all.filter((one) => one.words !== "").map((one) => `\n${"=".repeat(80)}\n${one.name}\n\n${one.words}`);
  return `Packages whose code is in this one, their licences, and the bytes of each.\n\n${rows.join("\n")}\n${words.join("\n")}\n`;
}
