import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../fixtures/ask.fixture.ts";
import { createAwayStore } from "../fixtures/away-store.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "../fixtures/embedded.fixture.ts";
import { type RunningGateway, startGateway, usualSettings } from "../fixtures/gateway.fixture.ts";

const KEY = "sk-test-master-key";
const settings = usualSettings("http://127.0.0.1:9", { general_settings: { master_key: KEY } });
let bench: EmbeddedBench;
/** Two gateways on one database, and one whose database is away. */
let one: RunningGateway;
let two: RunningGateway;
let alone: RunningGateway;

beforeAll(async () => {
  bench = await openEmbeddedBench();
  const { queues, store } = bench;
  one = await startGateway(settings, { queues, store });
  two = await startGateway(settings, { queues, store });
  alone = await startGateway(settings, { store: createAwayStore() });
});

afterAll(async () => {
  for (const gateway of [one, two, alone]) await gateway.stop();
  await bench.close();
});

const signIn = (url: string, key: string, headers = {}) => ask(url, "/ui/session", { body: { key }, headers });

async function cookieFrom(url: string): Promise<string> {
  const answer = await signIn(url, KEY);
  expect(answer.status).toBe(204);
  return String(answer.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

const isSignedIn = async (url: string, cookie: string): Promise<unknown> =>
  ((await ask(url, "/ui/session", { headers: { cookie } })).json as { signed_in: unknown }).signed_in;
const readsPairs = async (url: string, cookie: string): Promise<number> =>
  (await ask(url, "/api/pairs", { headers: { cookie } })).status;
const signOut = (url: string, cookie: string) => ask(url, "/ui/session", { method: "DELETE", headers: { cookie } });

test("who signs out is out: a copy of the cookie opens nothing, at no gateway of the same database", async () => {
  const cookie = await cookieFrom(one.url);
  const other = await cookieFrom(one.url);
  expect(await readsPairs(one.url, cookie)).toBe(200);
  expect((await signOut(one.url, cookie)).status).toBe(204);
  expect([await readsPairs(one.url, cookie), await readsPairs(two.url, cookie)]).toEqual([401, 401]);
  expect([await isSignedIn(one.url, cookie), await isSignedIn(two.url, cookie)]).toEqual([false, false]);
  // Of another browser nothing was said.
  expect([await readsPairs(one.url, other), await readsPairs(two.url, other)]).toEqual([200, 200]);
  const restarted = await startGateway(settings, { queues: bench.queues, store: bench.store });
  expect(await readsPairs(restarted.url, cookie)).toBe(401);
  await restarted.stop();
});

test("a gateway that let the session in learns of its end elsewhere within seconds", async () => {
  const cookie = await cookieFrom(two.url);
  expect(await readsPairs(two.url, cookie)).toBe(200);
  await signOut(one.url, cookie);
  await expect.poll(() => readsPairs(two.url, cookie), { timeout: 15_000, interval: 250 }).toBe(401);
});

test("while the database is away a session ends at the gateway that is told", async () => {
  const cookie = await cookieFrom(alone.url);
  expect(await isSignedIn(alone.url, cookie)).toBe(true);
  expect((await signOut(alone.url, cookie)).status).toBe(204);
  expect(await isSignedIn(alone.url, cookie)).toBe(false);
  expect(alone.logged.map(({ message }) => message)).toContain(
    "a session that was ended could not be made known to other gateways",
  );
});

test("to sign out with a cookie that is none does nothing", async () => {
  expect((await signOut(one.url, "understudy_session=1.2.3")).status).toBe(204);
  expect((await ask(one.url, "/ui/session", { method: "DELETE" })).status).toBe(204);
});

test("wrong keys are tried a few times and then wait, whatever address a header claims; the key works beside", async () => {
  const gateway = await startGateway(settings);
  const statuses: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    const headers = { "x-forwarded-for": `10.0.0.${tries}`, "x-real-ip": `10.0.0.${tries}` };
    statuses.push((await signIn(gateway.url, `sk-test-wrong-${tries}`, headers)).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const refused = await signIn(gateway.url, KEY);
  expect([refused.status, refused.headers["retry-after"], refused.json]).toMatchObject([
    429,
    "1",
    { error: { code: "too_many_tries", message: expect.stringContaining("Try again in 1 s") } },
  ]);
  const headers = { authorization: `Bearer ${KEY}` };
  expect((await ask(gateway.url, "/v1/models", { headers })).status).toBe(200);
  await expect.poll(async () => (await signIn(gateway.url, KEY)).status, { timeout: 10_000, interval: 100 }).toBe(204);
  await gateway.stop();
});

test.each(["", "null", "[]", '"key"', "{", '{"key": 4}', `{"key": ${"[".repeat(5_000)}`])(
  "what is no key is refused: %s",
  async (body) => {
    const gateway = await startGateway(settings);
    expect((await ask(gateway.url, "/ui/session", { method: "POST", body })).status).toBe(401);
    await gateway.stop();
  },
);
