import { systemRandom } from "@understudy/runtime";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";

/** One request as a place got it. */
export interface PlaceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** `down`: 503, as a proxy says it. `failing`: 500. `gone`: no connection. `hung`: no answer. */
export type PlaceTrouble = "none" | "down" | "failing" | "gone" | "hung";

/** Only for tests: an HTTP server that can be taken away and made to hang. */
export interface PlaceServer {
  readonly url: string;
  readonly requests: readonly PlaceRequest[];
  readonly trouble: (mode: PlaceTrouble) => void;
  readonly close: () => Promise<void>;
}

/** `answer` is told of each request that was taken; without it the answer is 200 and `{}`. `listener` serves all itself. */
export async function startPlaceServer(
  options: {
    readonly answer?: (request: PlaceRequest, response: ServerResponse) => void;
    readonly listener?: RequestListener;
  } = {},
): Promise<PlaceServer> {
  const requests: PlaceRequest[] = [];
  let mode: PlaceTrouble = "none";
  const held: ServerResponse[] = [];

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const taken = { method, path: url, headers, body: Buffer.concat(chunks) };
      requests.push(taken);
      if (options.answer === undefined) response.setHeader("content-type", "application/json").end("{}");
      else options.answer(taken, response);
    });
  };

  const server = createServer((request, response) => {
    if (mode === "hung") {
      held.push(response);
      request.resume();
    } else if (mode === "down" || mode === "failing") {
      request.resume();
      response.writeHead(mode === "down" ? 503 : 500).end("down for a test");
    } else if (options.listener === undefined) take(request, response);
    else options.listener(request, response);
  });
  const port = await listenApart(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    trouble(next) {
      if (next === "gone") {
        server.close();
        server.closeAllConnections();
      } else if (mode === "gone") server.listen(port, "127.0.0.1");
      mode = next;
      for (const response of held.splice(0)) response.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Below the ports that the system gives to whoever asks for any: while a place is gone nobody else gets its own. */
const LOWEST_PORT = 20_000;
const PORTS = 12_000;
const MOST_TRIES = 20;

async function listenApart(server: Server): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = LOWEST_PORT + Math.floor(systemRandom() * PORTS);
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return port;
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
    }
  }
}
