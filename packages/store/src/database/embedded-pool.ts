import { EventEmitter } from "node:events";

import type { PGlite, Results } from "@electric-sql/pglite";

import type { SqlClient, SqlPool, SqlResult } from "./database.ts";

/**
 * Makes one PGlite session look like a pool: clients take turns. A client keeps its turn from BEGIN to COMMIT or
 * ROLLBACK, so no other statement ends up inside its transaction.
 */
export class EmbeddedPool extends EventEmitter implements SqlPool {
  // Read by BullMQ: a connection inside the process cannot drop unnoticed, so its workers may wait long.
  readonly options = { keepAlive: true };
  readonly #session: PGlite;
  readonly #clients = new Set<EmbeddedClient>();
  #lastTurn: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(session: PGlite) {
    super();
    this.#session = session;
    // Every BullMQ queue and worker adds a listener of its own.
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, params?: readonly unknown[]): Promise<SqlResult<Row>> {
    const client = await this.connect();
    try {
      return await client.query<Row>(text, params);
    } finally {
      client.release();
    }
  }

  connect(): Promise<EmbeddedClient> {
    if (this.#ending !== undefined) return Promise.reject(new Error("the embedded database is closed"));
    const client = new EmbeddedClient(this.#session, {
      takeTurn: () => this.#takeTurn(),
      released: (one) => this.#clients.delete(one),
    });
    this.#clients.add(client);
    return Promise.resolve(client);
  }

  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#clients].map((client) => client.finish()));
    const endTurn = await this.#takeTurn();
    await this.#session.close().finally(endTurn);
  }

  async #takeTurn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const previous = this.#lastTurn;
    this.#lastTurn = promise;
    await previous;
    return resolve;
  }
}

interface PoolOfClient {
  takeTurn(): Promise<() => void>;
  released(client: EmbeddedClient): void;
}

class EmbeddedClient extends EventEmitter implements SqlClient {
  readonly #session: PGlite;
  readonly #pool: PoolOfClient;
  readonly #subscriptions = new Map<string, () => Promise<void>>();
  #lastStatement: Promise<unknown> = Promise.resolve();
  #endTurn: (() => void) | undefined;
  #finishing: Promise<void> | undefined;

  constructor(session: PGlite, pool: PoolOfClient) {
    super();
    this.#session = session;
    this.#pool = pool;
  }

  query<Row>(text: string, params?: readonly unknown[]): Promise<SqlResult<Row>> {
    if (this.#finishing !== undefined) return Promise.reject(new Error("the client was released"));
    return this.#inOrder(() => this.#inTurn(() => this.#run<Row>(text, params)));
  }

  release(): void {
    void this.finish();
  }

  /** Ends what the client left open: its transaction, its subscriptions. Never rejects. */
  finish(): Promise<void> {
    this.#finishing ??= this.#inOrder(() => this.#leave()).catch(() => undefined);
    return this.#finishing;
  }

  /** As on a connection: one client's statements run in the order they were given. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastStatement.then(work);
    this.#lastStatement = result.catch(() => undefined);
    return result;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#endTurn ??= await this.#pool.takeTurn();
    try {
      return await work();
    } finally {
      if (!this.#session.isInTransaction()) {
        this.#endTurn();
        this.#endTurn = undefined;
      }
    }
  }

  async #run<Row>(text: string, params: readonly unknown[] = []): Promise<SqlResult<Row>> {
    const subscription = /^\s*(?:--[^\n]*\n\s*)*(un)?listen\s+("[^"]+"|\w+|\*)\s*;?\s*$/i.exec(text);
    if (subscription !== null) return this.#subscribe(subscription[2] ?? "", subscription[1] === undefined);
    if (params.length > 0) return asSqlResult(await this.#session.query<Row>(text, [...params]));
    const results = await this.#session.exec(text);
    return asSqlResult(results.at(-1) as Results<Row> | undefined);
  }

  // PGlite tells who listens on a channel apart and sends the real LISTEN and UNLISTEN for the first and the last.
  async #subscribe<Row>(channel: string, listen: boolean): Promise<SqlResult<Row>> {
    if (!listen) await this.#unsubscribe(channel === "*" ? [...this.#subscriptions.keys()] : [channel]);
    else if (!this.#subscriptions.has(channel)) {
      const name = channel.startsWith('"') ? channel.slice(1, -1) : channel.toLowerCase();
      const tell = (payload: string): void => void this.emit("notification", { channel: name, payload });
      this.#subscriptions.set(channel, await this.#session.listen(channel, tell));
    }
    return { rows: [], rowCount: null };
  }

  async #unsubscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      const end = this.#subscriptions.get(channel);
      this.#subscriptions.delete(channel);
      await end?.();
    }
  }

  async #leave(): Promise<void> {
    try {
      if (this.#endTurn !== undefined) await this.#inTurn(() => this.#session.exec("ROLLBACK"));
      if (this.#subscriptions.size > 0) await this.#inTurn(() => this.#unsubscribe([...this.#subscriptions.keys()]));
    } finally {
      this.#pool.released(this);
    }
  }
}

function asSqlResult<Row>(result: Results<Row> | undefined): SqlResult<Row> {
  return { rows: result?.rows ?? [], rowCount: result?.rowCount ?? null };
}
