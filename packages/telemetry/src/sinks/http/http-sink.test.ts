import { expect, test } from "vitest";
import { startPlaceServer } from "../place-server.sample.ts";
import { RefusedError } from "../sink.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { checkStatus, openHttpSink } from "./http-sink.ts";

interface Named {
  readonly pair_id: string;
  readonly role: string;
}

async function makePlace(): Promise<SinkPlace> {
  const server = await startPlaceServer();
  const lists = () => server.requests.map(({ body }) => JSON.parse(body.toString()) as Named[]);
  return {
    open: () => openHttpSink({ url: `${server.url}/calls`, headers: { authorization: "Bearer test-token" } }),
    trouble: server.trouble,
    calls: () =>
      Promise.resolve(
        lists()
          .flat()
          .map(({ pair_id, role }) => `${pair_id} ${role}`),
      ),
    everything: () => Promise.resolve(server.requests.map(({ body }) => body.toString()).join("\n")),
    close: server.close,
  };
}

testSink({ name: "generic_api", make: makePlace, repeats: "the receiver is to go by the payload's id" });

test.each([400, 401, 404, 413, 422])("%i is a refusal: the same would be said again", (status) => {
  expect(() => checkStatus(status)).toThrow(RefusedError);
});

test.each([302, 408, 429, 500, 503])("%i may be otherwise in a while", (status) => {
  expect(() => checkStatus(status)).not.toThrow(RefusedError);
  expect(() => checkStatus(status)).toThrow(`the answer was ${status}`);
});
