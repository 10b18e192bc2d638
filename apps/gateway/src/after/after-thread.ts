// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { giveWayInThread, openLogger, openSharedBackends, openSpoolOf, SettingsError } from "@understudy/launch";
import { createHost, type Host, systemClock as clock } from "@understudy/runtime";
import { parentPort, workerData } from "node:worker_threads";
import { type AfterAnswerHere, createAfterAnswer } from "./after-answer.ts";
import type { AfterNews, AfterTask, AfterThreadData } from "./after-messages.ts";

// The thread of all that follows an answer. The gateway's own thread has then nothing to do but to answer: neither a
// compressed body, nor a slow queue's client, nor the collection of this garbage is in a client's way.

const SINKS_EVERY_MS = 1_000;
/** Longer than any deadline that the gateway sets, which comes as a message. */
const GRACE_MS = 60_000;

const tell = (news: AfterNews): void => parentPort?.postMessage(news);

interface Running {
  readonly after: AfterAnswerHere;
  readonly host: Host;
}

async function start({
  config,
  settings,
}: AfterThreadData): Promise<Running & { readonly close: () => Promise<void> }> {
  const logger = openLogger("gateway", settings, config);
  const backends = await openSharedBackends(settings, { clock, logger, spans: { name: "gateway", config } });
  const spool = await openSpoolOf(settings, logger);
  const { queues, store, queueSpans } = backends;
  const after = createAfterAnswer({ config, queues, store, queueSpans, spool, clock, logger });
  // The schema is brought up to date by the gateway's own thread; here the backends are only closed.
  const connections = { ...backends.service, start: () => Promise.resolve() };
  const host = createHost([connections, ...after.services], { logger, clock, graceMs: GRACE_MS });
  await host.start();
  if (after.sinks() !== null) clock.every(SINKS_EVERY_MS, () => tell({ kind: "sinks", states: after.sinks() ?? [] }));
  return { after, host, close: () => logger.close() };
}

const hurry = new AbortController();

giveWayInThread();
try {
  const { after, host, close } = await start(workerData as AfterThreadData);

  const stop = async (): Promise<void> => {
    await host.stop(hurry.signal);
    await close();
    parentPort?.close();
  };

  const handle = (task: AfterTask): void => {
    switch (task.kind) {
      case "finished": {
        for (const request of task.requests) after.take(request);
        return tell({ kind: "took" });
      }
      case "missed": {
        for (const [deployment, count] of task.requests) after.passOver(deployment, count);
        return;
      }
      case "metrics":
        return void after.metrics().then((metrics) => tell({ kind: "metrics", metrics }));
      case "stop":
        return void stop();
      case "hurry":
        return hurry.abort();
    }
  };

  parentPort?.on("message", handle);
  tell({ kind: "started" });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: "failed", message, settings: error instanceof SettingsError });
}
