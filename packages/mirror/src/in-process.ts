// What mirroring needs where there is no queue: none of it reaches BullMQ, ioredis or pg.

export { FIRST_TRY } from "./decision/client-retries.ts";
export { createInProcessDispatcher } from "./producer/in-process-dispatcher.ts";
export { createMirroring } from "./decision/mirroring.ts";
export { stratumOf } from "./decision/stratum.ts";
