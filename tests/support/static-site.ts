import { closeAtEnd } from "@understudy/testkit";
import express from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A folder over HTTP, as any host of static pages has it; its address. */
export async function serveFolder(folder: string): Promise<string> {
  const server = express().use(express.static(folder)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closeAtEnd(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
