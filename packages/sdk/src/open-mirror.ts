import type { Api } from "@understudy/apis";
import { type Config, secretsOf } from "@understudy/config";
import type { CallRecord } from "@understudy/contracts";
import { createInProcessDispatcher, createMirroring, FIRST_TRY, stratumOf } from "@understudy/mirror/in-process";
import { compileTargets, createSpeaks } from "@understudy/providers";
import type { CallRouter } from "@understudy/router";
import { type Clock, createBackground, createRedactor, type Logger } from "@understudy/runtime";
import type { TakenRequest } from "./take-request.ts";

export interface MirrorDeps {
  readonly config: Config;
  readonly calls: CallRouter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxBacklog: number;
  readonly onPair: (primary: CallRecord, silent: CallRecord) => void | Promise<void>;
}

export interface AnsweredRequest extends TakenRequest {
  readonly api: Api;
  /** The caller's that its API forwards to the provider. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Mirror {
  /** Mirrors a call that is over, in the background. Never throws. */
  take(record: CallRecord, request: AnsweredRequest): void;
  /** Lets the mirrors under way end, until the deadline. */
  stop(deadline: AbortSignal): Promise<void>;
}

/** All that follows an answer, in this process. What is decided and what is dropped is logged, at `debug`. */
export function openMirror(deps: MirrorDeps): Mirror {
  const { config, calls, clock, logger, maxBacklog, onPair } = deps;
  const background = createBackground(logger);
  const redactor = createRedactor(secretsOf(config));
  const tell = (what: string, experiment: string, reason?: string): void =>
    logger.debug(`mirror ${what}`, { experiment, reason });
  const dispatcher = createInProcessDispatcher({
    router: calls,
    clock,
    logger,
    events: { dropped: (job, reason) => tell("dropped", job.experiment, reason) },
    onPair: (job, silent) => onPair(job.primary, silent),
    concurrency: Math.max(1, ...config.silentModels.map((model) => model.concurrency)),
    maxBacklog,
    timeoutMs: timeouts(config),
  });
  const mirroring = createMirroring({
    config,
    dispatcher,
    speaks: createSpeaks(config, compileTargets(config)),
    clock,
    events: {
      admitted: ({ experiment }) => tell("admitted", experiment),
      skipped: ({ experiment, reason }) => tell("skipped", experiment, reason),
    },
  });

  return {
    take(record, { api, body, written, bytes: requestBytes, headers }) {
      background.run("mirroring", () => {
        mirroring.mirror({
          record,
          // A conversation may repeat a key that an earlier answer gave away: the copy goes to another provider.
          request: redactor.clean(written.text),
          requestBytes,
          headers,
          statefulBy: api.silent.statefulBy(body),
          stratum: stratumOf(api.view(body), requestBytes),
          session: null,
          says: () => ({ ...api.view(body).names, metadata: body["metadata"] }),
          optedOut: false,
          clientTry: FIRST_TRY,
        });
      });
    },
    async stop(deadline) {
      await background.drained();
      await dispatcher.stop(deadline);
    },
  };
}

function timeouts({ silentModels, router }: Config): (silentModel: string) => number {
  const limits = new Map(silentModels.map((model) => [model.name, model.timeoutMs]));
  return (silentModel) => limits.get(silentModel) ?? router.timeoutMs;
}
