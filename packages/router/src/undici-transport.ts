import { Agent, request as undiciRequest } from "undici";
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

  async function send({ url, headers, body, signal }: TransportRequest): Promise<TransportResponse> {
    // Undici would open a connection first.
    signal.throwIfAborted();
    try {
      const response = await undiciRequest(url, { dispatcher, method: "POST", headers, body, signal });
      return { status: response.statusCode, headers: flatten(response.headers), body: guarded(response.body, signal) };
    } catch (error) {
      throw translate(error, signal, options.connectTimeoutMs);
    }
  }

  return { send, close: () => dispatcher.destroy() };
}

async function* guarded(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : new ConnectionError(error);
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
