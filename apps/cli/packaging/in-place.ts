import type { Rolldown } from "tsdown";

/**
 * Where sources name a file beside them, the package has it elsewhere: all that is built lies in one folder, with the page
 * and the examples below it.
 */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['new URL("after-thread.ts", import.meta.url)', 'new URL("./after-thread.js", import.meta.url)'],
  ['new URL("report-thread.ts", import.meta.url)', 'new URL("./report-thread.js", import.meta.url)'],
  ['new URL("check-thread.ts", import.meta.url)', 'new URL("./check-thread.js", import.meta.url)'],
  ['new URL("compare-thread.ts", import.meta.url)', 'new URL("./compare-thread.js", import.meta.url)'],
  ['new URL("criteria-thread.ts", import.meta.url)', 'new URL("./criteria-thread.js", import.meta.url)'],
  ['new URL("../../dist/", import.meta.url)', 'new URL("./database/", import.meta.url)'],
  ['new URL("../dist", import.meta.url)', 'new URL("./page", import.meta.url)'],
  ["new URL(`../../../examples/${name}`, import.meta.url)", "new URL(`./examples/${name}`, import.meta.url)"],
]);

const OURS = /\/(?:apps|packages)\/[^/]+\/src\//;

/** Has each of our files find what it names. The build fails for a place that is not known here, and for one that is gone. */
export function inPlace(): Rolldown.Plugin {
  const missing = new Set(PLACES.keys());
  return {
    name: "in-place",
    transform(code, id) {
      if (!OURS.test(id) || !code.includes("new URL(")) return null;
      let placed = code;
      for (const [before, after] of PLACES) {
        if (!placed.includes(before)) continue;
        placed = placed.replaceAll(before, after);
        missing.delete(before);
      }
      const [unknown] = /new URL\([^)]*\.tsx?["`][^)]*import\.meta\.url\)/.exec(placed) ?? [];
      if (unknown !== undefined) this.error(`${id}: where is this in the package? ${unknown}`);
      return placed === code ? null : placed;
    },
    buildEnd(error) {
      if (error === undefined && missing.size > 0) this.error(`nobody names ${[...missing].join(", ")} any more`);
    },
  };
}
