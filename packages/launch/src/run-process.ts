import { ConfigError } from "@understudy/config";
import { type Clock, createHost, type Logger, type Service } from "@understudy/runtime";
import { SettingsError } from "./settings.ts";

export interface ClosableLog extends Logger {
  close(): Promise<void>;
}

/** What a process is once it is put together. */
export interface Assembly {
  readonly services: readonly Service[];
  readonly logger: ClosableLog;
  readonly clock: Clock;
  /** Called when every part has started. */
  readonly started: () => void | Promise<void>;
}

/** All parts together have this long to finish after a signal, inside the 30 s that most platforms give. */
const GRACE_MS = 20_000;

/**
 * Runs a process from assembly to signal; null is nothing to run. SIGTERM and SIGINT stop it in good order and exit 0; a second one exits at
 * once. What cannot start exits 1, with one line for each fault on standard error.
 */
export async function runProcess(assemble: () => Promise<Assembly | null>): Promise<void> {
  try {
    const assembly = await assemble();
    if (assembly !== null) await runAssembly(assembly);
  } catch (error) {
    process.stderr.write(`${startFault(error)}\n`);
    process.exit(1);
  }
}

async function runAssembly({ services, logger, clock, started }: Assembly): Promise<void> {
  const host = createHost(services, { logger, clock, graceMs: GRACE_MS });
  const signalled = nextSignal();
  try {
    await Promise.race([host.start().then(started), signalled]);
  } catch (error) {
    await host.stop();
    await logger.close();
    throw error;
  }
  const signal = await signalled;
  logger.info("stopping", { signal, grace_ms: GRACE_MS });
  process.once("SIGTERM", () => process.exit(1));
  process.once("SIGINT", () => process.exit(1));
  await host.stop();
  logger.info("stopped");
  await logger.close();
  process.exit(0);
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}

/** Faults of settings and configuration are told as they are: each line says where it stands. */
function startFault(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SettingsError) return error.message;
  return `cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
