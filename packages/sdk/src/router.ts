import { type Api, APIS } from "@understudy/apis";
import { faultLine, resolveConfig } from "@understudy/config";
import type { ApiName, CallRecord } from "@understudy/contracts";
import { linesOf, servedConfig } from "@understudy/providers";
import { type Call, type CallRouter, createAxiosTransport, createCallRouter } from "@understudy/router";
import { type Logger, newId, parseBoundedJson, silentLogger, systemClock as clock } from "@understudy/runtime";
import { CallFailedError } from "./call-failed-error.ts";
import { type AnsweredRequest, type Mirror, openMirror } from "./open-mirror.ts";
import { readEvents } from "./read-events.ts";
import { takeRequest } from "./take-request.ts";
import type { ChatCompletion, ChatCompletionChunk, CompletionRequest } from "./wire/chat.ts";
import type { Embeddings, EmbeddingsRequest } from "./wire/embeddings.ts";
import type { Message, MessageEvent, MessagesRequest } from "./wire/messages.ts";
import type { ModelResponse, ResponseEvent, ResponsesRequest } from "./wire/responses.ts";

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

export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason; a stream throws it. */
  readonly signal?: AbortSignal | undefined;
  /** Sent along where the API has such headers, `anthropic-beta` say; others are not. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface Plain {
  readonly stream?: false | undefined;
}
interface Streamed {
  readonly stream: true;
}

const MAX_CONNECTIONS = 1_024;

/**
 * The router as a library: no gateway, no queue. With `silent_model` set on a deployment, its calls are mirrored in this
 * process, in the background. The constructor throws `ConfigError` with every fault.
 *
 * Every call goes to the model group that `model` names. It rejects with `TypeError` for a request that no model could take,
 * and with `CallFailedError` when no deployment answered; a stream throws that one when it breaks off.
 */
export class Router {
  readonly #calls: CallRouter;
  readonly #mirror: Mirror;
  readonly #closeTimeoutMs: number;

  constructor(config: RouterConfig, options: RouterOptions = {}) {
    const { logger = silentLogger, maxBacklog = 1_000, closeTimeoutMs = 30_000 } = options;
    // oxlint-disable-next-line node/no-process-env -- a library's user expects os.environ/ to mean the environment
    const served = servedConfig(resolveConfig(config, options.env ?? process.env));
    for (const fault of served.off) logger.warn(`warning: ${faultLine(fault)}`);
    for (const line of linesOf(served).warnings) logger.warn(line);
    const resolved = served.config;
    const { connectTimeoutMs } = resolved.router;
    const { network } = resolved;
    const transport = createAxiosTransport({ connectTimeoutMs, maxConnections: MAX_CONNECTIONS, network });
    this.#calls = createCallRouter(resolved, { transport, clock });
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#mirror = openMirror({
      config: resolved,
      calls: this.#calls,
      clock,
      logger,
      maxBacklog,
      onPair: (primary, silent) => options.onPair?.(primary, silent),
    });
  }

  /** A chat completion, in OpenAI's form. */
  completion(request: CompletionRequest & Plain, options?: CallOptions): Promise<ChatCompletion>;
  completion(request: CompletionRequest & Streamed, options?: CallOptions): Promise<AsyncIterable<ChatCompletionChunk>>;
  completion(
    request: CompletionRequest,
    options?: CallOptions,
  ): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>>;
  completion(request: CompletionRequest, options?: CallOptions) {
    return this.#ask<ChatCompletion, ChatCompletionChunk>("chat", request, options);
  }

  /** Anthropic's Messages, for deployments that speak it. */
  messages(request: MessagesRequest & Plain, options?: CallOptions): Promise<Message>;
  messages(request: MessagesRequest & Streamed, options?: CallOptions): Promise<AsyncIterable<MessageEvent>>;
  messages(request: MessagesRequest, options?: CallOptions): Promise<Message | AsyncIterable<MessageEvent>>;
  messages(request: MessagesRequest, options?: CallOptions) {
    return this.#ask<Message, MessageEvent>("messages", request, options);
  }

  /** OpenAI's Responses, for deployments that speak it. */
  responses(request: ResponsesRequest & Plain, options?: CallOptions): Promise<ModelResponse>;
  responses(request: ResponsesRequest & Streamed, options?: CallOptions): Promise<AsyncIterable<ResponseEvent>>;
  responses(request: ResponsesRequest, options?: CallOptions): Promise<ModelResponse | AsyncIterable<ResponseEvent>>;
  responses(request: ResponsesRequest, options?: CallOptions) {
    return this.#ask<ModelResponse, ResponseEvent>("responses", request, options);
  }

  /** Embeddings, in OpenAI's form. The API streams none. */
  async embeddings(request: EmbeddingsRequest, options?: CallOptions): Promise<Embeddings> {
    return (await this.#ask<Embeddings, never>("embeddings", request, options)) as Embeddings;
  }

  /** Lets the mirrors under way end, up to the close timeout, and closes all connections. */
  async close(): Promise<void> {
    const deadline = new AbortController();
    const cancel = clock.after(this.#closeTimeoutMs, () => deadline.abort());
    await this.#mirror.stop(deadline.signal);
    cancel();
    await this.#calls.close();
  }

  async #ask<Whole, Event>(
    name: ApiName,
    request: object,
    { signal, headers = {} }: CallOptions = {},
  ): Promise<Whole | AsyncIterable<Event>> {
    signal?.throwIfAborted();
    const api = APIS[name];
    const asked = { api, headers: forwarded(api, headers), ...takeRequest(api, request) };
    const call = await this.#calls.call({
      requestId: newId("req", clock.now()),
      clientRequestId: null,
      role: "primary",
      operation: name,
      requestedModel: asked.model,
      group: this.#groupOf(asked.model),
      body: asked.body,
      written: asked.written,
      headers: asked.headers,
      signal: signal ?? null,
      timeoutMs: null,
      persist: true,
    });
    if (call.stream) return this.#stream<Event>(call, asked, signal);
    return this.#whole<Whole>(call, asked, signal);
  }

  #groupOf(model: string): string {
    const group = this.#calls.groupOf(model);
    if (group !== null) return group;
    throw new TypeError(`there is no model group ${model}; known: ${this.#calls.models().join(", ")}`);
  }

  async #whole<Whole>(call: Call, asked: AnsweredRequest, signal: AbortSignal | undefined): Promise<Whole> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of call.body) chunks.push(chunk);
    const record = this.#finished(call, asked);
    if (record.status !== "ok") signal?.throwIfAborted();
    throwUnlessOk(record);
    return parseBoundedJson(Buffer.concat(chunks).toString("utf8")) as Whole;
  }

  async *#stream<Event>(
    call: Call,
    asked: AnsweredRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Event, void, void> {
    let record: CallRecord;
    try {
      for await (const event of readEvents<Event>(call.body)) {
        yield event;
        // More of it may have come than was read.
        if (signal?.aborted === true) break;
      }
    } catch {
      // What broke the answer off stands in the record.
    } finally {
      record = this.#finished(call, asked);
    }
    signal?.throwIfAborted();
    throwUnlessOk(record);
  }

  /** The record of a call that is over; its mirror goes its way in the background. */
  #finished(call: Call, asked: AnsweredRequest): CallRecord {
    const record = call.record();
    this.#mirror.take(record, asked);
    return record;
  }
}

function throwUnlessOk(record: CallRecord): void {
  if (record.status !== "ok") throw new CallFailedError(record);
}

function forwarded({ forwards }: Api, headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(named.filter(([name]) => forwards?.test(name) === true));
}
