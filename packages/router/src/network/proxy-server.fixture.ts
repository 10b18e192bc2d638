import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

/** Only for tests: a forward proxy that knows CONNECT and plain requests, and remembers what came. */
export interface ProxyServer {
  readonly url: string;
  /** `CONNECT host:port` or `POST http://…`, each time. */
  readonly seen: string[];
  /** `proxy-authorization`, each time. */
  readonly credentials: (string | undefined)[];
  /** Sockets that clients opened to it. */
  sockets(): number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Refuses whoever sends others. */
  readonly credentials?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export async function openProxy({ credentials: wanted, tls }: ProxyOptions = {}): Promise<ProxyServer> {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const open = new Set<Socket>();
  let sockets = 0;
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  const isWelcome = ({ headers }: IncomingMessage, what: string): boolean => {
    seen.push(what);
    credentials.push(headers["proxy-authorization"]);
    const basic = `Basic ${Buffer.from(wanted ?? "").toString("base64")}`;
    return wanted === undefined || headers["proxy-authorization"] === basic;
  };
  server.on("connection", (socket: Socket) => {
    sockets += 1;
    open.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!isWelcome(request, `CONNECT ${request.url}`)) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    open.add(onward);
    for (const one of [onward, socket]) one.on("error", () => void [onward, socket].map((both) => both.destroy()));
  });
  server.on("request", (request, response) => {
    if (!isWelcome(request, `${request.method} ${request.url}`)) {
      response.writeHead(407).end();
      return;
    }
    const { method, headers } = request;
    const onward = httpRequest(request.url ?? "", { method, headers: { ...headers, via: "1.1 test" } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    credentials,
    sockets: () => sockets,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
