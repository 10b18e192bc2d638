import { chromiumPath } from "./browser.ts";
import { dockerAnswers } from "./docker.ts";
import { hasLargeClients } from "./large-clients.ts";
import { postgresPrograms, runningPostgres } from "./postgres-server.ts";
import { findProgram } from "./program.ts";

export const SERVICE_NAMES = ["redis", "postgres", "docker", "browser", "clients"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What tests can have on this machine, and why not what they cannot. */
export interface Available extends Readonly<Record<ServiceName, boolean>> {
  readonly reasons: Readonly<Partial<Record<ServiceName, string>>>;
}

let known: Promise<Available> | undefined;

/** Looked up once in each process. */
export function available(): Promise<Available> {
  known ??= lookUp();
  return known;
}

async function lookUp(): Promise<Available> {
  const docker = await dockerAnswers();
  const redis = docker || findProgram("redis-server") !== null;
  const postgres = docker || postgresPrograms() !== null || (await runningPostgres()) !== null;
  const browser = chromiumPath() !== null;
  const clients = hasLargeClients();
  return {
    redis,
    postgres,
    docker,
    browser,
    clients,
    reasons: {
      ...(redis ? {} : { redis: "no redis-server" }),
      ...(postgres ? {} : { postgres: "no PostgreSQL" }),
      ...(docker ? {} : { docker: "no Docker" }),
      ...(browser ? {} : { browser: "no Chromium" }),
      ...(clients ? {} : { clients: "no large clients: npm run clients" }),
    },
  };
}
