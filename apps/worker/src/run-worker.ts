import { giveWay, howCalled, openControl, openProcess, openSharedBackends, runProcess } from "@understudy/launch";
import { systemClock as clock, VERSION } from "@understudy/runtime";
import { createWorker } from "./worker.ts";

/** A worker as a process of its own, until a signal. */
export async function runWorker(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  // Where a gateway shares this machine, its clients come first.
  giveWay();
  await runProcess(async () => {
    const opened = openProcess(
      {
        name: "worker",
        usage: howCalled("worker", "--config FILE [flags]"),
        summary: "Takes mirror jobs off the queue, calls the silent models, and stores the pairs.",
        flags: [
          "config",
          "metrics-port",
          "host",
          "redis-url",
          "database-url",
          "queue-keys",
          "queue-unsealed",
          "log-level",
          "log-format",
        ],
      },
      args,
      env,
    );
    if (opened === null) return null;
    const { settings, config, logger } = opened;
    const backends = await openSharedBackends(settings, { spans: { name: "worker", config }, clock, logger });
    const control = openControl(settings, { config, store: backends.store, clock, logger });
    const worker = createWorker({
      config,
      queues: backends.queues,
      store: backends.store,
      control,
      queueSpans: backends.queueSpans,
      // Several workers may share a machine, so the port is any free one unless it is named.
      health: { host: settings.host ?? "127.0.0.1", port: settings.metricsPort ?? 0 },
      clock,
      logger,
    });
    const silent_models = config.silentModels.map((model) => model.name);
    return {
      services: [backends.service, control.service, ...worker.services],
      logger,
      clock,
      started: () =>
        logger.info("worker listens", {
          url: worker.healthUrl(),
          version: VERSION,
          pid: process.pid,
          backends: backends.description,
          silent_models,
        }),
    };
  });
}
