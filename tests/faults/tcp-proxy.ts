import { systemClock } from "@understudy/runtime";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A network between a process and a service, which can break in the ways that networks break. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and takes no other. */
  cut(): void;
  /** Keeps connections, and takes new ones, but lets nothing through. What was sent meanwhile arrives once it heals. */
  hang(): void;
  /** Holds every piece back for so long, in both directions. */
  delay(ms: number): void;
  heal(): void;
  close(): Promise<void>;
}

export async function startProxy(target: { readonly host?: string; readonly port: number }): Promise<TcpProxy> {
  const way = new Way();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (way.isCut) return void near.destroy();
    const far = connect({ host: target.host ?? "127.0.0.1", port: target.port, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      carry(from, to, way);
      from.once("close", () => open.delete(from));
    }
  });
  const port = await listen(server);
  return {
    port,
    cut() {
      way.isCut = true;
      for (const socket of open) socket.destroy();
      way.release();
    },
    hang: () => way.block(),
    delay: (ms) => void (way.delayMs = ms),
    heal: () => way.heal(),
    close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

/** What stands in the way of all connections of a proxy. */
class Way {
  isCut = false;
  delayMs = 0;
  #open: PromiseWithResolvers<void> | null = null;

  block(): void {
    this.#open ??= Promise.withResolvers();
  }

  release(): void {
    this.#open?.resolve();
    this.#open = null;
  }

  heal(): void {
    this.isCut = false;
    this.delayMs = 0;
    this.release();
  }

  async passed(): Promise<void> {
    await this.#open?.promise;
    if (this.delayMs > 0) await systemClock.sleep(this.delayMs);
  }
}

/** One direction of a connection: one piece after the other, in order. */
function carry(from: Socket, to: Socket, way: Way): void {
  const pass = async (bytes: Buffer): Promise<void> => {
    await way.passed();
    const more = to.destroyed || to.write(bytes);
    if (more) from.resume();
    else to.once("drain", () => from.resume());
  };
  from.setNoDelay(true);
  from.on("data", (bytes: Buffer) => {
    from.pause();
    void pass(bytes);
  });
  from.on("end", () => void way.passed().then(() => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", (hadError) => {
    if (hadError || !from.readableEnded) to.destroy();
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
