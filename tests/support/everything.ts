import { Redis } from "ioredis";
import { Pool } from "pg";

/** All that Redis holds, as text. */
export async function everyKey(url: string): Promise<string> {
  const redis = new Redis(url);
  const parts: string[] = [];
  for (const key of await redis.keys("*")) parts.push(key, JSON.stringify(await contentOf(redis, key)));
  redis.disconnect();
  return parts.join("\n");
}

/** Whatever kind of key it is: BullMQ keeps a set of what may have stalled while a job is under way. A key may be gone by now. */
async function contentOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case "hash":
      return redis.hgetall(key);
    case "string":
      return redis.get(key);
    case "list":
      return redis.lrange(key, "0", "-1");
    case "stream":
      return redis.xrange(key, "-", "+");
    case "set":
      return redis.smembers(key);
    case "zset":
      return redis.zrange(key, "0", "-1");
    default:
      return null;
  }
}

/** All that the tables of ours hold, as text. */
export async function everyRow(url: string): Promise<string> {
  const pool = new Pool({ connectionString: url });
  const tables = await pool.query<{ name: string }>(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema = 'understudy'",
  );
  const parts: string[] = [];
  for (const { name } of tables.rows) parts.push(JSON.stringify((await pool.query(`select * from ${name}`)).rows));
  await pool.end();
  return parts.join("\n");
}
