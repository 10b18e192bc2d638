import { readFileSync } from "node:fs";
import type { Rolldown } from "tsdown";

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Outside {
  /** Installed with it. */
  readonly needed: readonly string[];
  /** What only some need: asked for by name when it is needed. */
  readonly optional: readonly string[];
}

/** Writes the package.json of what was built: all that is not in it is a dependency, in the version that was tested. */
export function manifest(root: URL, { needed, optional }: Outside): Rolldown.Plugin {
  const read = (place: string): Manifest => JSON.parse(readFileSync(new URL(place, root), "utf8")) as Manifest;
  return {
    name: "manifest",
    generateBundle() {
      const { version } = read("apps/cli/package.json");
      const { license } = read("package.json");
      const installed = (name: string): [string, string] => [name, read(`node_modules/${name}/package.json`).version];
      const written = {
        name: "@understudy/cli",
        version,
        description:
          "An LLM gateway that mirrors production traffic to a silent model, off the critical path, and says whether it could take the lead.",
        keywords: ["ai-gateway", "evaluation", "litellm", "llm", "openai", "proxy", "shadow-traffic"],
        license,
        type: "module",
        bin: { understudy: "understudy.js" },
        engines: { node: ">=22.19.0" },
        dependencies: Object.fromEntries(needed.map(installed)),
        peerDependencies: Object.fromEntries(optional.map(installed)),
        peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
        publishConfig: { access: "public", provenance: true },
      };
      this.emitFile({ type: "asset", fileName: "package.json", source: `${JSON.stringify(written, null, 2)}\n` });
    },
  };
}
