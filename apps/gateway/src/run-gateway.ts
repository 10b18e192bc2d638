import { howCalled, openControl, openProcess, openSharedBackends, runProcess } from "@understudy/launch";
import { systemClock as clock, VERSION } from "@understudy/runtime";
import { ThreadedAfterAnswer } from "./after/threaded-after-answer.ts";
import { createGateway } from "./gateway.ts";

const DEFAULT_PORT = 4000;

/** The gateway as a process of its own, until a signal. */
export async function runGateway(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await runProcess(async () => {
    const opened = openProcess(
      {
        name: "gateway",
        usage: howCalled("gateway", "--config FILE [flags]"),
        summary: "Serves the primary calls and hands their copies to the queue.",
        flags: [
          "config",
          "port",
          "host",
          "redis-url",
          "database-url",
          "queue-keys",
          "queue-unsealed",
          "data-dir",
          "spool-dir",
          "spool-max-bytes",
          "log-level",
          "log-format",
        ],
      },
      args,
      env,
    );
    if (opened === null) return null;
    const { settings, config, logger } = opened;
    const backends = await openSharedBackends(settings, { clock, logger });
    const control = openControl(settings, { config, store: backends.store, clock, logger });
    const gateway = createGateway({
      config,
      queues: backends.queues,
      store: backends.store,
      control,
      afterAnswer: new ThreadedAfterAnswer({ data: { config, settings }, control, clock, logger }),
      // Without a key anyone who can reach the port can spend the operator's money.
      host: settings.host ?? (config.gateway.masterKey === null ? "127.0.0.1" : "0.0.0.0"),
      port: settings.port ?? DEFAULT_PORT,
      clock,
      logger,
    });
    return {
      services: [backends.service, control.service, ...gateway.services],
      logger,
      clock,
      started: () =>
        logger.info("gateway listens", {
          url: gateway.url(),
          version: VERSION,
          pid: process.pid,
          backends: backends.description,
        }),
    };
  });
}
