import { describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { everyKey, everyRow } from "./support/everything.ts";
import { chatBody, experimentWhen, send, startSystem, type System } from "./support/system.ts";

afterAll(stopAll);

const KEYS = `one:${Buffer.alloc(32, 7).toString("base64")}`;
const LARGE = " and so on".repeat(5_000);
const FAILING = (providerUrl: string): string => `
  - model_name: failing
    litellm_params:
      model: openai/gpt-4o
      api_base: ${providerUrl}/v1
      api_key: sk-test-primary-key
      silent_model: refusing
  - model_name: refusing
    litellm_params: { model: openai/gpt-4o@fail-400, api_base: "${providerUrl}/v1", api_key: sk-test-silent-key }
mirror_settings: { retries: 0 }
`;

interface Receipt {
  readonly id: string;
  readonly deleted: { readonly pairs: number; readonly texts: number; readonly queue: Record<string, number> };
}

async function remove(system: System, meant: object): Promise<Receipt> {
  const response = await fetch(`${system.url}/api/deletions`, { method: "POST", body: JSON.stringify(meant) });
  expect(response.status).toBe(200);
  return (await response.json()) as Receipt;
}

const ask = async (system: System, prompt: string, more: object): Promise<string> => {
  const response = await send(system.url, chatBody(prompt, more));
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("x-request-id") ?? "";
};

await describeWith({ redis: true, postgres: true }, "a deletion", () => {
  test.each([
    ["in plain text", {}],
    ["sealed", { UNDERSTUDY_QUEUE_KEYS: KEYS }],
  ])(
    "finds all of a user: pairs, jobs that wait or have failed, their bodies, and what comes late (%s)",
    { timeout: 180_000 },
    async (_how, env: Record<string, string>) => {
      const system = await startSystem({ more: FAILING, workers: 0, env });
      const ann = { user: "ann-canary@example.test" };
      await ask(system, "canary-stored", ann);
      await ask(system, "canary-other", { user: "bob@example.test" });
      await ask(system, "canary-failing", { ...ann, model: "failing" });
      const first = await system.startWorker();
      await experimentWhen(system.url, ({ counts }) => counts.paired === 2);
      const failedJobs = async (): Promise<string> => (await fetch(`${system.url}/api/queues/refusing/failed`)).text();
      await pollUntil(failedJobs, { what: "a failed job", until: (text) => text.includes("pair_") });
      first.kill("SIGTERM");
      await first.exit;
      await ask(system, "canary-waiting", { metadata: { user_id: ann.user } });
      await ask(system, `canary-large${LARGE}`, { safety_identifier: ann.user });
      await pollUntil(() => everyKey(system.redis.url), { what: "a body", until: (text) => text.includes(":body:") });
      await experimentWhen(system.url, ({ counts }) => counts.admitted === 4);

      const receipt = await remove(system, ann);
      expect(receipt).toMatchObject({
        of: "user",
        deleted: { pairs: 2, texts: 2, queue: { waiting: 2, delayed: 0, failed: 1 } },
        under_way: 0,
      });
      const held = `${await everyKey(system.redis.url)}\n${await everyRow(system.databaseUrl)}`;
      for (const gone of [
        "canary-stored",
        "canary-failing",
        "canary-waiting",
        "canary-large",
        "ann-canary",
        ":body:",
      ]) {
        expect(held, gone).not.toContain(gone);
      }
      expect(held).toContain("canary-other");
      expect(JSON.stringify(receipt)).not.toContain("ann-canary");
      const again = await fetch(`${system.url}/api/deletions/${receipt.id}`);
      expect(await again.json()).toEqual(receipt);
      const { counts } = await experimentWhen(system.url, (detail) => detail.counts.pending === 0);
      expect(counts).toMatchObject({ admitted: 4, paired: 2, dropped: { deleted: 2 } });
    },
  );

  test("is of a session, a request by either id, or a pair, and of nothing else", { timeout: 180_000 }, async () => {
    const system = await startSystem();
    await ask(system, "canary-session", { metadata: { session_id: "s-1" } });
    const response = await send(system.url, chatBody("canary-request"), { "x-request-id": "mine-1" });
    await response.text();
    await ask(system, "canary-pair", {});
    await ask(system, "canary-kept", { user: "someone" });
    await experimentWhen(system.url, ({ counts }) => counts.paired === 4);
    const rows = (): Promise<string> => everyRow(system.databaseUrl);
    const pairs = (await (await fetch(`${system.url}/api/pairs?text=canary-pair`)).json()) as {
      data: { id: string }[];
    };
    for (const [meant, gone] of [
      [{ session: "s-1" }, "canary-session"],
      [{ request_id: "mine-1" }, "canary-request"],
      [{ pair_id: pairs.data[0]?.id }, "canary-pair"],
    ] as const) {
      expect(await rows()).toContain(gone);
      expect((await remove(system, meant)).deleted).toMatchObject({ pairs: 1, texts: 1 });
      expect(await rows()).not.toContain(gone);
    }
    expect(await rows()).toContain("canary-kept");
    for (const bad of ["", "{}", '{"user":"a","session":"b"}', '{"name":"a"}', '{"user":7}', '{"user":" "}', "[1]"]) {
      const refused = await fetch(`${system.url}/api/deletions`, { method: "POST", body: bad });
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("exactly one of")]);
    }
    expect((await fetch(`${system.url}/api/deletions/del_none`)).status).toBe(404);

    const command = spawnProcess("node", ["apps/cli/src/main.ts", "delete", "--user", "someone", "--url", system.url]);
    expect(await command.exit).toMatchObject({ code: 0 });
    const said = command.lines.map(({ text }) => String(text)).join("\n");
    expect(said).toMatch(/deleted: texts of 1 of 1 pairs[\s\S]*not reached: providers[\s\S]*kept: figures/);
    expect(await rows()).not.toContain("canary-kept");
  });

  test("holds for what comes late from a spool", { timeout: 180_000 }, async () => {
    const system = await startSystem({ appendonly: true, workers: 0 });
    await ask(system, "canary-before", { user: "ann" });
    await system.redis.kill();
    await ask(system, "canary-spooled", { user: "ann" });
    await experimentWhen(system.url, ({ counts }) => counts.admitted === 2);
    await system.redis.restart();
    const filled = (text: string): boolean => text.includes("canary-spooled");
    const onQueue = pollUntil(() => everyKey(system.redis.url), { what: "the spooled job", until: filled });
    const removed = await pollUntil(
      async () => {
        const response = await fetch(`${system.url}/api/deletions`, { method: "POST", body: '{"user":"ann"}' });
        await response.text();
        return response.status;
      },
      { what: "a deletion", until: (status) => status === 200 },
    );
    expect(removed).toBe(200);
    await onQueue.catch(() => undefined);
    await system.startWorker();
    const { counts } = await experimentWhen(system.url, (detail) => detail.counts.pending === 0);
    expect(counts).toMatchObject({ admitted: 2, paired: 0, dropped: { deleted: 2 } });
    expect(await everyRow(system.databaseUrl)).not.toContain("canary-");
  });
});
