import { systemClock } from "@understudy/runtime";
import axios, { type AxiosInstance } from "axios";
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import {
  ConnectionError,
  ConnectTimeoutError,
  type HttpTransport,
  type TransportOptions,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** For calls nobody waits for: the worker's silent calls, and the SDK. */
export function createAxiosTransport(options: TransportOptions): HttpTransport {
  const agentOptions = { keepAlive: true, maxSockets: options.maxConnections, timeout: 0 };
  const httpAgent = withConnectTimeout(new http.Agent(agentOptions), options.connectTimeoutMs);
  const httpsAgent = withConnectTimeout(new https.Agent(agentOptions), options.connectTimeoutMs);
  const client: AxiosInstance = axios.create({
    adapter: "http",
    httpAgent,
    httpsAgent,
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    responseType: "stream",
    maxBodyLength: Number.POSITIVE_INFINITY,
    validateStatus: () => true,
    // The body is text already; axios must neither parse nor re-encode it.
    transformRequest: [(data: unknown) => data],
    headers: { "accept-encoding": "identity" },
  });

  let closed = false;

  async function send({ url, headers, body, signal }: TransportRequest): Promise<TransportResponse> {
    // A destroyed agent would quietly open new connections.
    if (closed) throw new ConnectionError(new Error("the transport is closed"));
    try {
      const response = await client.post<Readable>(url, body, { headers: { ...headers }, signal });
      return { status: response.status, headers: flatten(response.headers), body: guarded(response.data, signal) };
    } catch (error) {
      throw translate(error, signal);
    }
  }

  return {
    send,
    close() {
      closed = true;
      httpAgent.destroy();
      httpsAgent.destroy();
      return Promise.resolve();
    },
  };
}

/** Gives up on a socket that is not connected (TLS included) in time. axios has no such limit of its own. */
function withConnectTimeout<T extends http.Agent>(agent: T, connectTimeoutMs: number): T {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (connectOptions, done) => {
    const socket = createConnection(connectOptions, done) as Socket | null | undefined;
    if (socket !== null && socket !== undefined) limitConnect(socket, connectTimeoutMs);
    return socket;
  };
  return agent;
}

/** A timer of our own: the socket's is switched off by axios as soon as TCP has connected, with TLS still to come. */
function limitConnect(socket: Socket, connectTimeoutMs: number): void {
  const cancel = systemClock.after(connectTimeoutMs, () => socket.destroy(new ConnectTimeoutError(connectTimeoutMs)));
  socket.once("encrypted" in socket ? "secureConnect" : "connect", cancel);
  socket.once("close", cancel);
}

async function* guarded(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw signal.aborted ? signal.reason : new ConnectionError(error);
  }
}

function translate(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof ConnectTimeoutError ? cause : new ConnectionError(cause);
}

function flatten(headers: object): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") flat[name] = value;
    else if (Array.isArray(value)) flat[name] = value.join(", ");
  }
  return flat;
}
