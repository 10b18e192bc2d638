import type { ProcessSettings } from "./settings.ts";

type Places = Pick<ProcessSettings, "redisUrl" | "databaseUrl" | "dataDir">;

/** Host and port of an address, for a person: no user, password or path. */
export function placeOf(url: string, usualPort: number): string {
  const { hostname, port, searchParams } = new URL(url);
  const host = hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname;
  return `${host}:${port === "" ? (searchParams.get("port") ?? usualPort) : port}`;
}

export const redisAt = (url: string): string => `Redis at ${placeOf(url, 6_379)}`;
export const postgresAt = (url: string): string => `PostgreSQL at ${placeOf(url, 5_432)}`;

/** Which queue that is, however its address is written: for a person, and to tell one from another. No credentials. */
export function queueOf({ redisUrl, databaseUrl, dataDir }: Places): string {
  const url = redisUrl ?? databaseUrl;
  if (url === null) return `the embedded database ${dataDir}`;
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const place = redisUrl === null ? postgresAt(url) : redisAt(url);
  const part = redisUrl === null ? name : String(Number(name));
  return part === "" ? place : `${place}, database ${part}`;
}

/** The same for whoever asks from this machine, however it is called. */
export function queueIdentity(places: Places): string {
  return asSeenFromHere(queueOf(places));
}

/** Which database that is, likewise. */
export function databaseIdentity(url: string): string {
  return asSeenFromHere(`${postgresAt(url)}, database ${decodeURIComponent(new URL(url).pathname.slice(1))}`);
}

function asSeenFromHere(place: string): string {
  return place.replace(/ at (?:127(?:\.\d+){3}|\[::1\]):/, " at localhost:");
}
