import { HTTP_FORMATS, type HttpSink } from "@understudy/config";
import { expect, test } from "vitest";
import { startPlaceServer } from "../place-server.fixture.ts";
import { RefusedError } from "../sink.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { checkStatus, openHttpSink } from "./http-sink.ts";
import { STRAIGHT } from "../straight.fixture.ts";

interface Named {
  readonly pair_id: string;
  readonly role: string;
}

const FORMATS: Readonly<Record<HttpSink["format"], (body: string) => readonly Named[]>> = {
  json_array: (body) => JSON.parse(body) as Named[],
  ndjson: (body) =>
    body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Named),
  single: (body) => [JSON.parse(body) as Named],
};

async function makePlace(format: HttpSink["format"]): Promise<SinkPlace> {
  const server = await startPlaceServer();
  const bodies = (): readonly string[] => server.requests.map(({ body }) => body.toString());
  return {
    open: () =>
      openHttpSink({ url: `${server.url}/calls`, headers: { authorization: "Bearer test-token" }, format }, STRAIGHT),
    trouble: server.trouble,
    calls: () =>
      Promise.resolve(
        bodies()
          .flatMap(FORMATS[format])
          .map(({ pair_id, role }) => `${pair_id} ${role}`),
      ),
    everything: () => Promise.resolve(bodies().join("\n")),
    close: server.close,
  };
}

for (const format of HTTP_FORMATS) {
  const repeats = "the receiver is to go by the payload's id";
  testSink({ name: `generic_api as ${format}`, make: () => makePlace(format), repeats });
}

test.each([400, 401, 404, 413, 422])("%i is a refusal: the same would be said again", (status) => {
  expect(() => checkStatus(status)).toThrow(RefusedError);
});

test.each([302, 408, 429, 500, 503])("%i may be otherwise in a while", (status) => {
  expect(() => checkStatus(status)).not.toThrow(RefusedError);
  expect(() => checkStatus(status)).toThrow(`the answer was ${status}`);
});
