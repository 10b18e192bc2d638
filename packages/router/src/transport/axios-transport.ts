import { Axios, type AxiosAdapter, type AxiosHeaders } from "axios";
import type { HttpTransport, TransportOptions, TransportRequest, TransportResponse } from "./transport.ts";
import { createUndiciTransport } from "./undici-transport.ts";

type Headers = Record<string, string>;

/**
 * For calls nobody waits for: the worker's silent calls, and the SDK. What axios sends goes over undici: Node's own client
 * takes twice the time, and a silent call is to be timed on the same wire as the primary's.
 */
export function createAxiosTransport(options: TransportOptions): HttpTransport {
  const wire = createUndiciTransport(options);
  // The bare class: axios' usual defaults would be merged into every call, and none of them holds for bytes.
  const client = new Axios({ adapter: adapterOver(wire), headers: { "accept-encoding": "identity" } });

  async function send({
    method = "POST",
    url,
    headers,
    body,
    tls,
    signal,
  }: TransportRequest): Promise<TransportResponse> {
    try {
      const config = { method, url, data: body, headers: { ...headers }, signal, tls };
      const response = await client.request<TransportResponse["body"]>(config);
      return { status: response.status, headers: asPlain(response.headers), body: response.data };
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  }

  return { send, close: () => wire.close() };
}

function adapterOver(wire: HttpTransport): AxiosAdapter {
  return async (config) => {
    const { url, data, headers, signal, tls } = config as typeof config &
      Pick<TransportRequest, "url" | "signal" | "tls">;
    const method = config.method?.toUpperCase() as TransportRequest["method"];
    const body = data as TransportRequest["body"];
    const answer = await wire.send({
      ...(method === undefined ? {} : { method }),
      url,
      headers: asPlain(headers),
      body,
      signal,
      tls: tls ?? null,
    });
    return { status: answer.status, statusText: "", headers: { ...answer.headers }, data: answer.body, config };
  };
}

function asPlain(headers: unknown): Headers {
  return (headers as AxiosHeaders).toJSON() as Headers;
}
