import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";

import { openBrowser } from "./browser.ts";
import { closeAtEnd, stopAll } from "./closing.ts";
import { describeWith } from "./describe-with.ts";

afterAll(stopAll);

await describeWith({ browser: true }, "a browser", () => {
  test("shows a page, and tells of its faults", async () => {
    const server = createServer((request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(request.url === "/" ? `<h1>Hello</h1><img src="http://127.0.0.1:9/elsewhere.png">` : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closeAtEnd(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const browser = await openBrowser();
    const { page, faults } = await browser.open({ width: 360, height: 640 });
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await page.textContent("h1")).toBe("Hello");
    expect(await page.evaluate("innerWidth")).toBe(360);
    expect(faults.some((fault) => fault === "request to http://127.0.0.1:9/elsewhere.png")).toBe(true);
  });
});
