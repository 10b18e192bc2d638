import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { buffer } from "node:stream/consumers";

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text or bytes already. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** One request on a connection of its own. The path goes out as it is written: nothing is normalised. */
export async function ask(url: string, path: string, asked: Asked = {}): Promise<Answered> {
  const response = await send(url, path, asked);
  const bytes = await buffer(response);
  const text = bytes.toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: parse(text) };
}

/** The answer as soon as its headers are here; its body is the caller's to read. */
export function send(
  url: string,
  path: string,
  asked: Asked & Pick<RequestOptions, "agent"> = {},
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(url);
  const { body, method = body === undefined ? "GET" : "POST", headers = {}, agent = false } = asked;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers: { ...headers }, agent }, resolve);
    request.once("error", reject);
    request.end(bodyOf(body));
  });
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) return body;
  return JSON.stringify(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
