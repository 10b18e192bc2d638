import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A provider of a test's own, for what the simulator would never send. */
export interface Upstream {
  readonly url: string;
  /** Requests that have arrived. */
  count(): number;
  close(): Promise<void>;
}

export type UpstreamHandler = (body: string, response: ServerResponse, request: IncomingMessage) => void;

export async function openUpstream(handle: UpstreamHandler): Promise<Upstream> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => handle(body, response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
