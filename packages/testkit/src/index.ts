export { type Available, available, type ServiceName } from "./available.ts";
export { stopAll } from "./closing.ts";
export { describeWith, type Needs } from "./describe-with.ts";
export { freePort } from "./local-port.ts";
export { type Exit, type LogLine, type Managed, spawnProcess, type SpawnOptions } from "./managed-process.ts";
export { Missing } from "./missing.ts";
export { pollUntil, type PollOptions } from "./poll-until.ts";
export { startPostgres, type TestDatabase, type TestPostgres } from "./postgres.ts";
export { type RedisOptions, startRedis, startRedisContainer, type TestRedis } from "./redis.ts";
