import type { SqlPool } from "../database/database.ts";
import { CHANNEL } from "./in-one-change.ts";

/** Keeps one connection for itself. Ends by the returned function, or with the connection, of which `lost` is told then. */
export async function listen(pool: SqlPool, onChange: () => void, lost: (error: Error) => void): Promise<() => void> {
  const client = await pool.connect();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    client.removeListener("notification", tell);
    // It would go on to listen for whoever borrows it next.
    client.release(true);
  };
  const fail = (error: Error): void => {
    if (over) return;
    end();
    lost(error);
  };
  const tell = ({ channel }: { readonly channel: string }): void => {
    if (channel === CHANNEL) onChange();
  };
  client.on("notification", tell);
  client.on("error", fail);
  client.on("end", () => fail(new Error("the connection that listens for changes has ended")));
  try {
    await client.query(`LISTEN ${CHANNEL}`);
  } catch (error) {
    end();
    throw error;
  }
  return end;
}
