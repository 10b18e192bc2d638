import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** Undici's own notice that a request's head goes out on a socket. */
const CHANNEL = "undici:client:sendHeaders";

interface Use {
  requests: number;
  /** What had been read from the socket when its latest request went out. */
  readBefore: number;
}

const uses = new WeakMap<Socket, Use>();
const stale = new WeakSet<Error>();
let watchers = 0;

/**
 * Whether the error is that of a connection that had served before, and that the other side closed before a byte of this
 * answer: it was closed between two requests, and the news of it crossed the second one on its way.
 */
export function isOfStaleSocket(error: unknown): boolean {
  return error instanceof Error && stale.has(error);
}

/** Watches the sockets of this process; the function that comes back ends it. */
export function watchSockets(): () => void {
  if (watchers === 0) subscribe(CHANNEL, note);
  watchers += 1;
  return () => {
    watchers -= 1;
    if (watchers === 0) unsubscribe(CHANNEL, note);
  };
}

function note(message: unknown): void {
  const { socket } = message as { readonly socket: Socket };
  const known = uses.get(socket);
  if (known !== undefined) {
    known.requests += 1;
    known.readBefore = socket.bytesRead;
    return;
  }
  const use: Use = { requests: 1, readBefore: socket.bytesRead };
  uses.set(socket, use);
  // Undici hands on the very error that its socket fails with.
  socket.prependListener("error", (error) => {
    if (use.requests > 1 && socket.bytesRead === use.readBefore && isClosing(error)) stale.add(error);
  });
}

function isClosing(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET";
}
