import { execFileSync } from "node:child_process";
import { chownSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";

import { startContainer } from "./docker.ts";
import { freePort } from "./local-port.ts";
import { type Managed, spawnProcess } from "./managed-process.ts";
import { pollUntil } from "./poll-until.ts";
import { findProgram, postgresFolders } from "./program.ts";

/** A PostgreSQL server: somebody else's, or one that is ours to stop. */
export interface PostgresServer {
  /** Of the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

const LOCAL = "postgres://postgres@127.0.0.1:5432/postgres";
const IMAGE = "postgres:17-bookworm";

/** The server of `TEST_DATABASE_URL`, or the one at the usual port of this machine; null when there is none. */
export async function runningPostgres(): Promise<PostgresServer | null> {
  const given = process.env["TEST_DATABASE_URL"];
  // Whoever names a server means it: when it does not answer, the tests fail and say so.
  if (given !== undefined && given !== "") return { url: given, stop: leaveRunning };
  return (await answers(LOCAL)) ? { url: LOCAL, stop: leaveRunning } : null;
}

function leaveRunning(): Promise<void> {
  return Promise.resolve();
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The programs of a private cluster; null when they are not here, or may not be run by this user. */
export function postgresPrograms(): { initdb: string; postgres: string; owner: Owner } | null {
  const initdb = findProgram("initdb", postgresFolders());
  const postgres = findProgram("postgres", postgresFolders());
  const owner = clusterOwner();
  return initdb === null || postgres === null || owner === null ? null : { initdb, postgres, owner };
}

/** A server of one's own. Its port stays the same over `kill` and `restart`; what was committed survives both. */
export interface PrivatePostgres extends PostgresServer {
  readonly port: number;
  /** Ends the server at once, as a crash does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts the server again, ending it in good order first if it runs. Resolves when it answers. */
  restart(): Promise<void>;
}

/** A cluster of one's own in a temporary folder, gone after `stop`. Null when the programs are not here. */
export async function startPrivatePostgres(): Promise<PrivatePostgres | null> {
  const programs = postgresPrograms();
  if (programs === null) return null;
  const { initdb, postgres, owner } = programs;
  const folder = await mkdtemp(join(tmpdir(), "understudy-postgres-"));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const made = spawnProcess(initdb, ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"], owner);
  if ((await made.exit).code !== 0) throw new Error(`initdb failed: ${made.stderr()}`);

  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"];
  const spawnServer = (): Managed =>
    spawnProcess(postgres, ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], owner);
  const answering = () =>
    pollUntil(() => answers(url), { what: "a private PostgreSQL server that answers", timeoutMs: 60_000 });
  let server = spawnServer();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    // Its other processes hold the same output: when that has ended they are gone, too, and a new one may start.
    await server.exit;
  };
  await answering();
  return {
    url,
    port,
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGINT");
      server = spawnServer();
      await answering();
    },
    async stop() {
      await end("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: there, the user `postgres` owns the cluster. */
function clusterOwner(): Owner | null {
  if (process.getuid?.() !== 0) return {};
  try {
    return { uid: idOfPostgres("-u"), gid: idOfPostgres("-g") };
  } catch {
    return null;
  }
}

function idOfPostgres(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { stdio: "pipe" }).toString());
}

/** Docker must answer. */
export async function startPostgresContainer(): Promise<PostgresServer> {
  const port = await freePort();
  const container = await startContainer({
    image: IMAGE,
    command: ["postgres", "-c", "fsync=off"],
    environment: { POSTGRES_PASSWORD: "test" },
    port: { container: 5432, host: port },
    // Said once by the server that sets the cluster up, and once by the one that stays.
    ready: { text: "database system is ready to accept connections", times: 2 },
  });
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  await pollUntil(() => answers(url), { what: "a PostgreSQL container that answers" });
  return { url, stop: () => container.stop() };
}
