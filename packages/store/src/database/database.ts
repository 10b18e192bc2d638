/** The part of a `pg.Pool` that the store and BullMQ's PostgreSQL backend use. A real `pg.Pool` fits it. */
export interface SqlPool extends SqlQueryable {
  connect(): Promise<SqlClient>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "connect", listener: (client: SqlClient) => void): this;
  removeAllListeners(event?: string): this;
}

export interface SqlQueryable {
  /** Statements without parameters may be several, split by semicolons; the last one's result comes back. */
  query<Row>(text: string, params?: readonly unknown[]): Promise<SqlResult<Row>>;
}

export interface SqlResult<Row> {
  rows: Row[];
  rowCount?: number | null;
}

/** One session, held until `release`. */
export interface SqlClient extends SqlQueryable {
  on(event: "notification", listener: (message: SqlNotification) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
  removeListener(event: "notification", listener: (message: SqlNotification) => void): this;
  removeAllListeners(event?: string): this;
  release(destroy?: boolean): void;
}

export interface SqlNotification {
  channel: string;
  payload?: string;
}

/** An open database. The pair store and the queue share it. */
export interface Database {
  readonly pool: SqlPool;
  /** For BullMQ's PostgreSQL backend: unqualified names resolve in the schema `bullmq`. Opened when first asked for. */
  readonly queuePool: SqlPool;
  /** Lets running statements end, then closes. Safe to call twice. */
  close(): Promise<void>;
}

/** Runs `work` between BEGIN and COMMIT on one client; rolls back and rethrows when it fails. */
export async function inTransaction<T>(pool: SqlPool, work: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    // The session may be in any state after a failure: it is not given to the next borrower.
    client.release(true);
    throw error;
  }
}
