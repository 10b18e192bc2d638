import type { TlsSettings } from "@understudy/config";
import type { Dispatcher } from "undici";
import { IncomingBody } from "./incoming-body.ts";
import { createDispatchers, type Dispatchers } from "../network/dispatchers.ts";
import { isOfStaleSocket, watchSockets } from "../network/stale-sockets.ts";
import {
  ConnectionError,
  ConnectTimeoutError,
  type HttpTransport,
  type TransportOptions,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** Under the gateway's primary path, where every microsecond is the client's. */
export function createUndiciTransport(options: TransportOptions): HttpTransport {
  const kept = createDispatchers(options);
  /** Connections for one request each. */
  let fresh: Dispatchers | null = null;
  const unwatch = watchSockets();

  function sendOver(dispatchers: Dispatchers, request: TransportRequest): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      // Undici would open a connection first.
      request.signal.throwIfAborted();
      const url = new URL(request.url);
      const { method = "POST", headers, body, tls = null } = request;
      const exchange = new Exchange(request, { resolve, reject }, options);
      const { origin, pathname, search } = url;
      const sent = { origin, path: pathname + search, method, headers: { ...headers }, body } as const;
      dispatcherFor(dispatchers, url, tls).dispatch(dispatchers === kept ? sent : { ...sent, reset: true }, exchange);
    });
  }

  return {
    async send(request) {
      try {
        return await sendOver(kept, request);
      } catch (error) {
        if (request.signal.aborted || !isOfStaleSocket((error as Error).cause)) throw error;
        // It was closed as it lay idle: nothing was asked yet. On a new one that cannot be, so this is done once.
        fresh ??= createDispatchers(options);
        return sendOver(fresh, request);
      }
    },
    async close() {
      unwatch();
      await Promise.all([kept.destroy(), fresh?.destroy()]);
    },
  };
}

function dispatcherFor(dispatchers: Dispatchers, url: URL, tls: TlsSettings | null): Dispatcher {
  try {
    return dispatchers.of(url, tls);
  } catch (error) {
    // A certificate's file of one deployment.
    throw new ConnectionError(error, url.href);
  }
}

interface Answer {
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
}

type Controller = Dispatcher.DispatchController;

/** One request and its response, as undici tells of them: the response is handed over with its headers. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #url: string;
  readonly #answer: Answer;
  readonly #connectTimeoutMs: number;
  #controller: Controller | null = null;
  #body: IncomingBody | null = null;

  constructor({ signal, url }: TransportRequest, answer: Answer, { connectTimeoutMs }: TransportOptions) {
    this.#signal = signal;
    this.#url = url;
    this.#answer = answer;
    this.#connectTimeoutMs = connectTimeoutMs;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#signal.reason;
    // What waits for its reader belongs to a call that is over.
    this.#body?.fail(reason, true);
    this.#answer.reject(reason);
    this.#controller?.abort(reason as Error);
  };

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason as Error);
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    const body = new IncomingBody({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      leave: () => {
        this.#stopListening();
        controller.abort(new Error("the answer is not read to its end"));
      },
    });
    this.#body = body;
    this.#answer.resolve({ status, headers: flatten(headers), body });
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#stopListening();
    this.#body?.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#stopListening();
    const known = this.#signal.aborted ? this.#signal.reason : translate(error, this.#url, this.#connectTimeoutMs);
    if (this.#body === null) this.#answer.reject(known);
    else this.#body.fail(known, false);
  }

  #stopListening(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}

function translate(error: unknown, url: string, connectTimeoutMs: number): Error {
  if ((error as { code?: unknown }).code === "UND_ERR_CONNECT_TIMEOUT") {
    return new ConnectTimeoutError(connectTimeoutMs, url, { cause: error });
  }
  return new ConnectionError(error, url);
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
