// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { type FollowedControl, handedControl } from "@understudy/control";
import { giveWayInThread, openLogger, openSharedBackends, openSpoolOf, SettingsError } from "@understudy/launch";
import { compileTargets, costUsd } from "@understudy/providers";
import { createHost, type Host, systemClock as clock } from "@understudy/runtime";
import { parentPort, workerData } from "node:worker_threads";
import { type AfterAnswerHere, createAfterAnswer } from "./after-answer.ts";
import type { AfterNews, AfterTask, AfterThreadData } from "./after-messages.ts";
import type { FinishedRequest } from "./finished-request.ts";
import { InSlices } from "./in-slices.ts";

// The thread of all that follows an answer. The gateway's own thread has then nothing to do but to answer: neither a
// compressed body, nor a slow queue's client, nor the collection of this garbage is in a client's way.

const SINKS_EVERY_MS = 1_000;
/** Longer than any deadline that the gateway sets, which comes as a message. */
const GRACE_MS = 60_000;
/** The list of prices takes some 50 ms to read in: not while the first requests wait. */
const ONE_TOKEN = { input_tokens: 1, output_tokens: 1, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };

const tell = (news: AfterNews): void => parentPort?.postMessage(news);

interface Running {
  readonly after: AfterAnswerHere;
  readonly host: Host;
}

async function start(
  { config, settings }: AfterThreadData,
  control: FollowedControl,
): Promise<Running & { readonly close: () => Promise<void> }> {
  const logger = openLogger("gateway", settings, config);
  const backends = await openSharedBackends(settings, { clock, logger, spans: { name: "gateway", config } });
  const spool = await openSpoolOf(settings, logger);
  const { queues, store, queueSpans } = backends;
  for (const target of compileTargets(config)) costUsd(target, ONE_TOKEN, null);
  const after = createAfterAnswer({ config, queues, store, control, queueSpans, spool, clock, logger });
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
  const data = workerData as AfterThreadData;
  const control = handedControl(data.control);
  const { after, host, close } = await start(data, control);

  // Messages come a thousand to a turn of the event loop, and a thread that has just started is slow: worked off as they
  // come, the first jobs would be on their way to the queue only after the last.
  const finished = new InSlices<FinishedRequest>((request) => after.take(request));

  const stop = async (): Promise<void> => {
    await finished.idle();
    await host.stop(hurry.signal);
    await close();
    parentPort?.close();
  };

  const handle = (task: AfterTask): void => {
    switch (task.kind) {
      case "finished":
        return finished.add(task.requests, () => tell({ kind: "took" }));
      case "notTaken": {
        for (const [deployment, count] of task.requests) after.notTaken(deployment, count);
        return;
      }
      case "control":
        return control.set(task.state);
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
