import { helpText, howCalled, readSettings, SettingsError, withSecretFiles } from "@understudy/launch";
import { systemClock as clock } from "@understudy/runtime";
import { createStore, openPostgres } from "@understudy/store";

const FLAGS = ["database-url"] as const;
const SUMMARY = `Brings the schema of a PostgreSQL database up to date, and ends: forward only, and by one process at a time. Gateways and
workers do it themselves when they start; this is for whoever wants it done, and seen to be done, before they do.`;

/** `understudy migrate`: exit code 0 once the schema is this version's. */
export async function runMigrate(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { settings, help } = readSettings(args, withSecretFiles(env), FLAGS);
    if (help) {
      process.stdout.write(helpText(howCalled("migrate", "[flags]"), SUMMARY, FLAGS));
      return;
    }
    await migrate(settings.databaseUrl);
    process.stdout.write("The database has the schema of this version.\n");
  } catch (error) {
    process.stderr.write(`not migrated: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function migrate(databaseUrl: string | null): Promise<void> {
  if (databaseUrl === null) {
    throw new SettingsError(
      "DATABASE_URL (--database-url) is not set; an embedded database needs no migration of its own",
    );
  }
  const store = createStore(openPostgres(databaseUrl, { onConnectionLost: () => undefined }), { clock });
  try {
    await store.migrate();
  } finally {
    await store.close();
  }
}
