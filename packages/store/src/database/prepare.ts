import { PGlite } from "@electric-sql/pglite";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PREPARED } from "./prepared.ts";

// Run by `npm run build`: the empty database that others are unpacked from.
const session = await PGlite.create({ dataDir: "memory://" });
// What comes up from it has nothing to recover.
await session.exec("CHECKPOINT");
const archive = await session.dumpDataDir("gzip");
await session.close();

const file = fileURLToPath(PREPARED);
mkdirSync(fileURLToPath(new URL(".", PREPARED)), { recursive: true });
// Whoever opens a database meanwhile finds all of it, or none.
writeFileSync(`${file}.new`, Buffer.from(await archive.arrayBuffer()));
renameSync(`${file}.new`, file);
