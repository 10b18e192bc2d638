// Runs before all else that is imported: on an older Node what this package stands on breaks, each part in its own words.
// So nothing may ask a built-in module by name (`import { … } from "node:…"`) for what only a newer Node has: that fails
// before anything runs.

const NEEDED = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  const error = new Error(
    `@understudy/sdk needs Node ${NEEDED.join(".")} or later; this is Node ${process.versions.node}`,
  );
  // Where nobody catches it, Node would show a stack that tells nothing more.
  process.prependOnceListener("uncaughtException", (uncaught) => {
    if (uncaught !== error) throw uncaught;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  throw error;
}
