import { type Clock, silentLogger, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { Webhook as Verifier, WebhookVerificationError } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PlaceRequest, type PlaceServer, startPlaceServer } from "../place-server.fixture.ts";
import { createWebhook, type Webhook, type WebhookFact } from "./webhook.ts";
import { STRAIGHT } from "../straight.fixture.ts";

const SECRET = `whsec_${Buffer.from("a secret of a test, long enough").toString("base64")}`;

let server: PlaceServer;
let webhook: Webhook | null;
beforeEach(async () => {
  server = await startPlaceServer();
  webhook = null;
});
afterEach(async () => {
  await webhook?.service.stop(AbortSignal.abort());
  await server.close();
});

const fact: WebhookFact = {
  type: "verdict_changed",
  subject: "chat~candidate",
  occasion: "keep_watching promote 2026-11-24",
  data: { from: "keep_watching", to: "promote" },
};

function started(changes: { secret?: string; clock?: Clock; events?: readonly WebhookFact["type"][] } = {}): Webhook {
  const { secret = SECRET, clock = systemClock, events = ["verdict_changed"] } = changes;
  const settings = { url: `${server.url}/hook`, secret, events, failureRate: 0.5, queueShare: 0.8 };
  webhook = createWebhook(settings, { outgoing: STRAIGHT, secrets: ["sk-test-canary-1"], clock, logger: silentLogger });
  return webhook;
}

const arrived = (count: number) =>
  pollUntil(() => server.requests, { what: "the webhook", until: (requests) => requests.length >= count });

function check({ body, headers }: PlaceRequest, secret = SECRET): unknown {
  return new Verifier(secret).verify(body.toString(), headers as Record<string, string>);
}

test("an event is posted with a signature that the field's own library takes", async () => {
  started().tell({ ...fact, data: { ...fact.data, note: "said sk-test-canary-1" } });
  const [request] = await arrived(1);
  if (request === undefined) throw new Error("nothing came");
  expect(check(request)).toEqual({
    type: "verdict_changed",
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    data: { subject: "chat~candidate", from: "keep_watching", to: "promote", note: "said [redacted]" },
  });
});

test("a body that was changed, another secret, and a message that is replayed later are found out", async () => {
  started().tell(fact);
  const [request] = await arrived(1);
  if (request === undefined) throw new Error("nothing came");
  const changed = { ...request, body: Buffer.from(request.body.toString().replace("promote", "reject")) };
  expect(() => check(changed)).toThrow(WebhookVerificationError);
  expect(() => check(request, `whsec_${Buffer.from("another").toString("base64")}`)).toThrow(WebhookVerificationError);
  const anHourAgo: Clock = { ...systemClock, now: () => systemClock.now() - 3_600_000 };
  started({ clock: anHourAgo }).tell(fact);
  const [, old] = await arrived(2);
  if (old === undefined) throw new Error("nothing came");
  expect(() => check(old)).toThrow(/too old/);
});

test("the same event of two processes has one id, so that its receiver takes it once", async () => {
  started().tell(fact);
  await arrived(1);
  started().tell(fact);
  started().tell({ ...fact, occasion: "the next day" });
  const ids = (await arrived(3)).map(({ headers }) => headers["webhook-id"]);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test("is tried again while the receiver is down, signed anew", async () => {
  server.trouble("down");
  const hook = started();
  hook.tell(fact);
  await pollUntil(() => hook.state(), { what: "a failure", until: ({ failures }) => failures > 0 });
  server.trouble("none");
  const [request] = await arrived(1);
  if (request === undefined) throw new Error("nothing came");
  expect(check(request)).toMatchObject({ type: "verdict_changed" });
});

test("of events that the configuration does not list those are posted that somebody asked for", async () => {
  const hook = started({ events: ["budget_reached"] });
  hook.tell(fact);
  hook.tell({ ...fact, subject: "chat~other", asked: true });
  await hook.service.stop(AbortSignal.timeout(60_000));
  expect(server.requests.map(({ body }) => JSON.parse(body.toString()) as object)).toMatchObject([
    { type: "verdict_changed", data: { subject: "chat~other" } },
  ]);
});

test("a secret without the prefix is taken as it is written", async () => {
  started({ secret: "plain-test-secret" }).tell(fact);
  const [request] = await arrived(1);
  if (request === undefined) throw new Error("nothing came");
  expect(check(request, Buffer.from("plain-test-secret").toString("base64"))).toMatchObject({
    type: "verdict_changed",
  });
});
