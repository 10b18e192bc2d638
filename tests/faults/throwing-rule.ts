import { existsSync } from "node:fs";
import { registerHooks } from "node:module";

// Loaded before a gateway (node --import): the rule that decides on mirroring throws for as long as the file that
// RULE_THROWS_WHILE names is there. No rule of ours is known to throw, so one has to be made to.

const RULE = "/packages/mirror/src/decision/decide.ts";
const BEGINNING = /export function reasonNotToMirror\([^)]*\)[^{]*\{/;
/** To ask the disk at every request would be a burden of its own. */
const LOOK_EVERY_MS = 20;

declare global {
  var throwIfTold: (() => void) | undefined;
}

const file = process.env["RULE_THROWS_WHILE"] ?? "";
let [throws, lookedAt] = [false, Number.NEGATIVE_INFINITY];

globalThis.throwIfTold = () => {
  const now = performance.now();
  if (now - lookedAt >= LOOK_EVERY_MS) [throws, lookedAt] = [existsSync(file), now];
  if (throws) throw new Error("a mirror rule that throws");
};

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(RULE)) return loaded;
    const text = new TextDecoder().decode(loaded.source as Uint8Array);
    if (!BEGINNING.test(text))
      throw new Error(`${RULE} has no rule to break: the beginning of its function is another`);
    return { ...loaded, source: text.replace(BEGINNING, (beginning) => `${beginning} globalThis.throwIfTold();`) };
  },
});
