import { openEmbedded } from "@understudy/store";
import { silentLogger, systemClock as clock } from "@understudy/runtime";
import { createPostgresQueues } from "./postgres-queues.ts";
const db = await openEmbedded("memory");
const queues = createPostgresQueues({ pool: db.queuePool as never, clock, logger: silentLogger });
await clock.sleep(1500);
const p = queues.producer("m");
for (const text of ["plain", "nul \0 x", "lone \ud800 x", 'quote \\u0000']) {
  try { await p.add([{ version: 1, pair_id: "pair_" + text.length, request: "{}", primary: { answer: { text } } } as never]); console.log(JSON.stringify(text), "ok"); } catch (e) { console.log(JSON.stringify(text), String(e)); }
}
console.log(await p.depth());
await queues.close(); await db.close();
