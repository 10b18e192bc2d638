import { type Config, resolveConfig } from "@understudy/config";
import {
  createInProcessDispatcher,
  createMirroring,
  type Mirroring,
  type MirrorDispatcher,
  type MirrorJob,
  type Skipped,
  stratumOf,
} from "@understudy/mirror";
import { type ChatBody, sanitizeRequest } from "@understudy/providers";
import {
  type Call,
  type CallRecord,
  type CallRouter,
  createAxiosTransport,
  createCallRouter,
} from "@understudy/router";
import { createBackground, type Logger, newId, silentLogger, systemClock as clock } from "@understudy/runtime";
import { CallFailedError } from "./call-failed-error.ts";
import type { ChatCompletion, ChatCompletionChunk, CompletionRequest } from "./chat-types.ts";
import { readEvents } from "./read-events.ts";

/** What a config.yaml holds, as an object: `model_list`, `router_settings`, `mirror_settings`, … */
export interface RouterConfig {
  readonly model_list: readonly Readonly<Record<string, unknown>>[];
  readonly [section: string]: unknown;
}

export interface RouterOptions {
  /** Told of every pair in the background; what it throws is logged and goes no further. */
  readonly onPair?: (primary: CallRecord, silent: CallRecord) => void | Promise<void>;
  readonly logger?: Logger;
  /** Where `os.environ/NAME` is looked up; the process environment unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Mirrors that may wait in memory; more are dropped. Default 1,000. */
  readonly maxBacklog?: number;
  /** Milliseconds that `close` waits for mirrors under way. Default 30,000. */
  readonly closeTimeoutMs?: number;
}

const MAX_CONNECTIONS = 1_024;

/**
 * The router as a library: no gateway, no queue. With `silent_model` set on a deployment, its calls are mirrored in this
 * process, in the background. The constructor throws `ConfigError` with every fault.
 */
export class Router {
  readonly #calls: CallRouter;
  readonly #mirroring: Mirroring;
  readonly #dispatcher: MirrorDispatcher;
  readonly #background;
  readonly #closeTimeoutMs: number;

  constructor(config: RouterConfig, options: RouterOptions = {}) {
    const logger = options.logger ?? silentLogger;
    // oxlint-disable-next-line node/no-process-env -- a library's user expects os.environ/ to mean the environment
    const resolved = resolveConfig(config, options.env ?? process.env);
    const { connectTimeoutMs } = resolved.router;
    const transport = createAxiosTransport({ connectTimeoutMs, maxConnections: MAX_CONNECTIONS });
    this.#calls = createCallRouter(resolved, { transport, clock });
    this.#background = createBackground(logger);
    this.#closeTimeoutMs = options.closeTimeoutMs ?? 30_000;
    const count = (what: string) => (experiment: string, reason?: string) =>
      logger.debug(`mirror ${what}`, { experiment, reason });
    this.#dispatcher = createInProcessDispatcher({
      router: this.#calls,
      clock,
      logger,
      events: { dropped: (job, reason) => count("dropped")(job.experiment, reason) },
      onPair: (job, silent) => options.onPair?.(job.primary, silent),
      concurrency: Math.max(1, ...resolved.silentModels.map((model) => model.concurrency)),
      maxBacklog: options.maxBacklog ?? 1_000,
      timeoutMs: timeouts(resolved),
    });
    const events = {
      admitted: ({ experiment }: MirrorJob) => count("admitted")(experiment),
      skipped: ({ experiment, reason }: Skipped) => count("skipped")(experiment, reason),
    };
    this.#mirroring = createMirroring({ config: resolved, dispatcher: this.#dispatcher, clock, events });
  }

  completion(request: CompletionRequest & { readonly stream: true }): Promise<AsyncIterable<ChatCompletionChunk>>;
  completion(request: CompletionRequest & { readonly stream?: false }): Promise<ChatCompletion>;
  /** Calls the model group. Rejects with `CallFailedError` when no deployment answered. */
  async completion(request: CompletionRequest): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>> {
    const { body } = sanitizeRequest(request);
    const call = await this.#calls.call({
      requestId: newId("req", clock.now()),
      clientRequestId: null,
      role: "primary",
      requestedModel: request.model,
      group: this.#groupOf(request.model),
      body,
      signal: null,
      timeoutMs: null,
      persist: true,
    });
    if (call.error !== null) throw this.#finished(call, body);
    return call.stream ? this.#stream(call, body) : this.#whole(call, body);
  }

  /** Lets the mirrors under way end, up to the close timeout, and closes all connections. */
  async close(): Promise<void> {
    await this.#background.drained();
    const deadline = new AbortController();
    const cancel = clock.after(this.#closeTimeoutMs, () => deadline.abort());
    await this.#dispatcher.stop(deadline.signal);
    cancel();
    await this.#calls.close();
  }

  #groupOf(model: string): string {
    const group = this.#calls.groupOf(model);
    if (group !== null) return group;
    throw new TypeError(`there is no model group ${model}; known: ${this.#calls.models().join(", ")}`);
  }

  async #whole(call: Call, body: ChatBody): Promise<ChatCompletion> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of call.body) chunks.push(chunk);
    const failure = this.#finished(call, body);
    if (failure.record.status !== "ok") throw failure;
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatCompletion;
  }

  async *#stream(call: Call, body: ChatBody): AsyncGenerator<ChatCompletionChunk> {
    try {
      yield* readEvents<ChatCompletionChunk>(call.body);
    } finally {
      this.#finished(call, body);
    }
  }

  /** Mirrors the finished call in the background, and wraps its record for the case that it failed. */
  #finished(call: Call, body: ChatBody): CallFailedError {
    const record = call.record();
    this.#background.run("mirroring", () => {
      const request = JSON.stringify(body);
      const requestBytes = Buffer.byteLength(request);
      const stratum = stratumOf(body, requestBytes);
      this.#mirroring.mirror({ record, request, requestBytes, stratum, optedOut: false });
    });
    return new CallFailedError(record);
  }
}

function timeouts(config: Config): (silentModel: string) => number {
  const limits = new Map(config.silentModels.map((model) => [model.name, model.timeoutMs]));
  return (silentModel) => limits.get(silentModel) ?? config.router.timeoutMs;
}
