import { Agent, type Dispatcher } from "undici";
import { IncomingBody } from "./incoming-body.ts";
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
  const dispatcher = new Agent({
    connect: { timeout: options.connectTimeoutMs },
    connections: options.maxConnections,
    // The router keeps its own clocks for the first token and for the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    allowH2: false,
  });

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        // Undici would open a connection first.
        request.signal.throwIfAborted();
        const { origin, pathname, search } = new URL(request.url);
        const { headers, body } = request;
        const exchange = new Exchange(request, { resolve, reject }, options);
        dispatcher.dispatch(
          { origin, path: pathname + search, method: "POST", headers: { ...headers }, body },
          exchange,
        );
      }),
    close: () => dispatcher.destroy(),
  };
}

interface Answer {
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
}

type Controller = Dispatcher.DispatchController;

/** One request and its response, as undici tells of them: the response is handed over with its headers. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #answer: Answer;
  readonly #connectTimeoutMs: number;
  #controller: Controller | null = null;
  #body: IncomingBody | null = null;

  constructor({ signal }: TransportRequest, answer: Answer, { connectTimeoutMs }: TransportOptions) {
    this.#signal = signal;
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
    const known = translate(error, this.#signal, this.#connectTimeoutMs);
    if (this.#body === null) this.#answer.reject(known);
    else this.#body.fail(known, false);
  }

  #stopListening(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}

function translate(error: unknown, signal: AbortSignal, connectTimeoutMs: number): unknown {
  if (signal.aborted) return signal.reason;
  if ((error as { code?: unknown }).code === "UND_ERR_CONNECT_TIMEOUT") {
    return new ConnectTimeoutError(connectTimeoutMs, { cause: error });
  }
  return new ConnectionError(error);
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
