import express, { type RequestHandler } from "express";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { inOneStep } from "./in-one-step.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const passes =
  (name: string, seen: string[]): RequestHandler =>
  (_request, _response, next) => {
    seen.push(name);
    next();
  };

/** What a client gets where these handlers stand before everything else, and which of them were asked. */
async function answered(handlersOf: (seen: string[]) => readonly RequestHandler[]) {
  const seen: string[] = [];
  const app = express();
  app.use(inOneStep(handlersOf(seen)));
  app.use(passes("behind", seen), (_request, response) => void response.send("behind"));
  app.use(((error, _request, response, _next) => {
    response.status(500).send((error as Error).message);
  }) satisfies express.ErrorRequestHandler);
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { status: response.status, text: await response.text(), seen };
}

test("all have their turn, and then what stands behind them", async () => {
  expect(await answered((seen) => [passes("one", seen), passes("two", seen)])).toEqual({
    status: 200,
    text: "behind",
    seen: ["one", "two", "behind"],
  });
});

test("what answers itself is the last that is asked", async () => {
  const answers: RequestHandler = (_request, response) => void response.status(204).end();
  expect(await answered((seen) => [passes("one", seen), answers, passes("three", seen)])).toEqual({
    status: 204,
    text: "",
    seen: ["one"],
  });
});

test.each<readonly [string, RequestHandler]>([
  [
    "thrown",
    () => {
      throw new Error("no");
    },
  ],
  ["handed on", (_request, _response, next) => next(new Error("no"))],
])("an error that is %s goes to who handles errors, and nobody else is asked", async (_how, fails) => {
  expect(await answered((seen) => [passes("one", seen), fails, passes("three", seen)])).toEqual({
    status: 500,
    text: "no",
    seen: ["one"],
  });
});
