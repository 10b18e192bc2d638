import express from "express";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pageRoutes } from "./page-routes.ts";

let parent: string;
let server: Server;
let url: string;

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "understudy-page-"));
  await writeFile(path.join(parent, "secret.txt"), "not for the page");
  const app = express();
  app.use(pageRoutes(path.join(parent, "dist")));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(parent, { recursive: true, force: true });
});

test("a page that is not built says how to build it, and then is there at once", async () => {
  const missing = await fetch(`${url}/ui/`);
  expect([missing.status, await missing.text()]).toEqual([503, expect.stringContaining("npm run build")]);
  await mkdir(path.join(parent, "dist", "assets"), { recursive: true });
  await writeFile(path.join(parent, "dist", "index.html"), "<title>the page</title>");
  await writeFile(path.join(parent, "dist", "assets", "a.js"), "1");
  for (const place of ["/ui", "/ui/", "/ui/pairs/pair_1", "/ui/experiments/a~b"]) {
    const page = await fetch(`${url}${place}`);
    expect([page.status, await page.text()]).toEqual([200, "<title>the page</title>"]);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  await writeFile(path.join(parent, "dist", "assets", "large.js"), "1;".repeat(10_000));
  const large = await fetch(`${url}/ui/assets/large.js`);
  expect([large.headers.get("content-encoding"), (await large.text()).length]).toEqual(["gzip", 20_000]);
  const asset = await fetch(`${url}/ui/assets/a.js`);
  expect(asset.headers.get("cache-control")).toContain("immutable");
  expect((await fetch(`${url}/ui/assets/b.js`)).status).toBe(404);
});

test("the root leads to the page", async () => {
  const answer = await fetch(`${url}/`, { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "/ui/"]);
});

test.each(["/ui/assets/..%2f..%2fsecret.txt", "/ui/assets/%2e%2e/%2e%2e/secret.txt", "/ui/..%2fsecret.txt"])(
  "nothing beside the page is served: %s",
  async (place) => {
    expect(await (await fetch(`${url}${place}`)).text()).not.toContain("not for the page");
  },
);
