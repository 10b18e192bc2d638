import { connect, createServer } from "node:net";

/** A port that nothing listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("the system gave no port"));
      });
    });
  });
}

/** Sends `text` to 127.0.0.1 and gives back the first bytes of the answer. Rejects when none come within a second. */
export function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(1_000, () => end(() => reject(new Error(`no answer from port ${port}`))));
    socket.once("error", (error) => end(() => reject(error)));
    socket.once("close", () => reject(new Error(`port ${port} closed the connection`)));
    socket.once("data", (bytes) => end(() => resolve(bytes.toString("utf8"))));
    socket.write(text);
  });
}
