#!/usr/bin/env node
// What the package is started by. It has to be read by any Node, to say in one line that a newer one is needed; so all
// that stands on what only a newer one has is loaded behind the look at the version.

const NEEDED = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`understudy needs Node ${NEEDED.join(".")} or later; this is Node ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  import("./main.ts").catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}
