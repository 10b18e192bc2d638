import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { WinstonSink } from "@understudy/config";
import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { samplePair } from "../call-entry.fixture.ts";
import { prepareCall } from "../logged-call.ts";
import { openWinstonSink } from "./winston-sink.ts";

const base = pathToFileURL(path.resolve("node_modules/winston-transport/index.js")).href;

const OWN_TRANSPORT = `
import Transport from ${JSON.stringify(base)};
export const taken = [];
export class Own extends Transport {
  log(info, done) {
    if (this.failOn === undefined) this.failOn = new Set();
    if (info.pair_id === "pair_9" && taken.length === 0) return void taken.push("hung");
    if (info.pair_id === "pair_2") return done(new Error("not this one"));
    taken.push(info);
    done();
  }
}
`;

async function ownTransport(): Promise<WinstonSink> {
  const module = path.join(await mkdtemp(path.join(tmpdir(), "understudy-transport-")), "own.mjs");
  await writeFile(module, OWN_TRANSPORT);
  const calls = { success: true, failure: true };
  return { kind: "winston", calls, name: "own", module, export: "Own", options: {} };
}

const options = { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true };
const prepared = (number: number) => prepareCall(samplePair(number).primary, options);

test("any winston transport takes the calls as its entries", async () => {
  const settings = await ownTransport();
  const sink = await openWinstonSink(settings);
  await sink.write([prepared(1)], AbortSignal.timeout(60_000));
  await sink.close();
  const { taken } = (await import(pathToFileURL(settings.module).href)) as { taken: object[] };
  expect(taken).toMatchObject([{ level: "info", message: "primary call ok", pair_id: "pair_1", role: "primary" }]);
});

test("calls that a transport did not take are told, with those that came after", async () => {
  const sink = await openWinstonSink(await ownTransport());
  const write = sink.write([prepared(1), prepared(2), prepared(3)], AbortSignal.timeout(60_000));
  await expect(write).rejects.toMatchObject({ unwritten: [{ pair_id: "pair_2" }, { pair_id: "pair_3" }] });
});

test("a transport that never answers is given up, and another takes the calls", async () => {
  const settings = await ownTransport();
  const sink = await openWinstonSink(settings);
  await expect(sink.write([prepared(9), prepared(1)], AbortSignal.timeout(50))).rejects.toMatchObject({
    unwritten: [{ pair_id: "pair_9" }, { pair_id: "pair_1" }],
  });
  await sink.write([prepared(9), prepared(1)], AbortSignal.timeout(60_000));
  await sink.close();
  const { taken } = (await import(pathToFileURL(settings.module).href)) as { taken: object[] };
  expect(taken).toMatchObject(["hung", { pair_id: "pair_9" }, { pair_id: "pair_1" }]);
});

test("a module without that export is named", async () => {
  const settings = await ownTransport();
  await expect(openWinstonSink({ ...settings, export: "Other" })).rejects.toThrow("exports no transport called Other");
});
