import { existsSync } from "node:fs";

/** Written by npm once all of an install is there. */
const INSTALLED = new URL("../../../tests/clients/node_modules/.package-lock.json", import.meta.url);

/** Whether `npm run clients` has installed the clients that are too large for everybody's install. */
export function hasLargeClients(): boolean {
  return existsSync(INSTALLED);
}
