import { randomBytes } from "node:crypto";

import { Client } from "pg";

import { closeAtEnd } from "./closing.ts";
import { dockerAnswers } from "./docker.ts";
import { Missing } from "./missing.ts";
import {
  type PostgresServer,
  runningPostgres,
  startPostgresContainer,
  startPrivatePostgres,
} from "./postgres-server.ts";

/** A PostgreSQL server to make databases on. */
export interface TestPostgres {
  /** Of the database `postgres`; tests use a database of their own. */
  readonly url: string;
  /** A new, empty database. */
  createDatabase(): Promise<TestDatabase>;
  /** Drops every database made here; stops the server when it is a private one. */
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  /** Ends whatever is connected to it, too. */
  drop(): Promise<void>;
}

/**
 * The server of `TEST_DATABASE_URL`, else the one on 127.0.0.1:5432 (user postgres, no password), else a private
 * cluster, else a container. Throws `Missing` when none can be had.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const server = (await runningPostgres()) ?? (await startPrivatePostgres()) ?? (await containerIfDocker());
  if (server === null) throw new Missing("no PostgreSQL and no Docker");
  return databasesOn(server);
}

async function containerIfDocker(): Promise<PostgresServer | null> {
  return (await dockerAnswers()) ? startPostgresContainer() : null;
}

export function databasesOn(server: PostgresServer): TestPostgres {
  const made = new Set<TestDatabase>();
  const close = async (): Promise<void> => {
    await Promise.all([...made].map((database) => database.drop()));
    await server.stop();
  };
  const forget = closeAtEnd(close);
  return {
    url: server.url,
    async createDatabase() {
      const name = `understudy_test_${randomBytes(6).toString("hex")}`;
      await runOn(server.url, `CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      const database: TestDatabase = {
        url: url.href,
        async drop() {
          if (made.delete(database)) await runOn(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        },
      };
      made.add(database);
      return database;
    },
    async stop() {
      forget();
      await close();
    },
  };
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
