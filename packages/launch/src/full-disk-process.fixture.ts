import { silentLogger } from "@understudy/runtime";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { openSpoolOf } from "./open-spool-of.ts";

/** Only for tests: fills the disk under a folder to its last byte, and opens a spool there. Says what came of it. */
const [folder = ""] = process.argv.slice(2);
try {
  for (;;) appendFileSync(path.join(folder, "filler"), "x".repeat(4_096));
} catch {
  // It is full.
}
const logged: string[] = [];
const logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
const settings = {
  spoolDir: path.join(folder, "spool"),
  spoolMaxBytes: 1024 ** 2,
  queueKeys: null,
  queueUnsealed: "refuse",
  redisUrl: null,
  databaseUrl: null,
  dataDir: folder,
} as const;
const spool = await openSpoolOf(settings, logger);
process.stdout.write(`${JSON.stringify({ opened: spool !== null, logged })}\n`);
