/** One POST to a provider. */
export interface TransportRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
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

export interface TransportOptions {
  readonly connectTimeoutMs: number;
  /** Connections to one origin at once. */
  readonly maxConnections: number;
}

export class ConnectTimeoutError extends Error {
  constructor(connectTimeoutMs: number, options?: ErrorOptions) {
    super(`no connection within ${connectTimeoutMs} ms (router_settings.connect_timeout)`, options);
    this.name = "ConnectTimeoutError";
  }
}

export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super(describe(cause), { cause });
    this.name = "ConnectionError";
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return "the connection failed";
  const code = (cause as { code?: unknown }).code;
  return typeof code === "string" ? `the connection failed (${code})` : `the connection failed: ${cause.message}`;
}
