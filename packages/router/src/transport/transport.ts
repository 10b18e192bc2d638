import type { TlsSettings } from "@understudy/config";
import type { DispatcherOptions } from "../network/dispatchers.ts";

/** One request to a provider. */
export interface TransportRequest {
  /** POST unless said. */
  readonly method?: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** The deployment's own certificates, if it has some. */
  readonly tls?: TlsSettings | null;
  /** Ends the call at once, whatever it is waiting for. */
  readonly signal: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks as they arrive. Leaving the loop early ends the call. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * How a model call crosses the network. Redirects are never followed: an address comes from the operator or not at all.
 * Rejects with `ConnectTimeoutError` when no connection was made in time, with `ConnectionError` for any other trouble
 * of the network, and with the signal's reason when it aborts.
 */
export interface HttpTransport {
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

export type TransportOptions = DispatcherOptions;

export class ConnectTimeoutError extends Error {
  constructor(connectTimeoutMs: number, url: string, options?: ErrorOptions) {
    super(`no connection to ${originOf(url)} within ${connectTimeoutMs} ms (router_settings.connect_timeout)`, options);
    this.name = "ConnectTimeoutError";
  }
}

/** Says where to, as far as that is known, by scheme, host and port: a path or a user may be a secret. */
export class ConnectionError extends Error {
  constructor(cause: unknown, url: string | null = null) {
    super(describe(cause, url), { cause });
    this.name = "ConnectionError";
  }
}

/** Of a connection that never came to be. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  "EACCES",
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
]);

/** What undici says of a proxy that would not have us: its status, and codes that name no trouble of the network. */
const PROXY_REFUSAL = /^Prox.*\((\d{3})\)/;

function describe(cause: unknown, url: string | null): string {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  const refusal = PROXY_REFUSAL.exec(message ?? "")?.[1];
  const why = refusal === undefined ? reasonOf(code, message) : `: the proxy answered ${refusal}`;
  if (url === null) return `the connection failed${why}`;
  return NOT_CONNECTED.has(code)
    ? `cannot connect to ${originOf(url)}${why}`
    : `the connection to ${originOf(url)} failed${why}`;
}

function reasonOf(code: unknown, message: string | undefined): string {
  return typeof code === "string" ? ` (${code})` : message === undefined ? "" : `: ${message}`;
}

const originOf = (url: string): string => new URL(url).origin;

/** The message of an error of this room without the address: for who may ask for an answer, and not know where it is from. */
export function withoutAddress(message: string): string {
  return message.replace(/(?<=^(?:no connection|cannot connect|the connection) to )https?:\/\/\S+/, "the provider");
}
