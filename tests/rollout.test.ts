import type { ControlState, Rollout } from "@understudy/contracts";
import { closeAtEnd, describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { startProxy, type TcpProxy } from "./faults/tcp-proxy.ts";
import { allPairs, chatBody, EXPERIMENT, send, startSystem, type System } from "./support/system.ts";

const REVERSE = "evaluation-model~primary-model";
const SERVED_BY = "x-understudy-served-by";

interface Answer {
  readonly gateway: number;
  readonly session: string;
  readonly status: number;
  /** Null where no rollout divides the requests. */
  readonly servedBy: string | null;
  /** Whether it was asked after `mark` was called. */
  readonly afterMark: boolean;
}

await describeWith({ redis: true, postgres: true }, "a rollout over two gateways and a worker", () => {
  afterAll(() => stopAll());

  test("splits sessions alike, mirrors both halves, and is taken back without a queue and without a database", async () => {
    const database: { way: TcpProxy | null } = { way: null };
    const system = await startSystem({
      more: "mirror_settings: { concurrency: 16 }",
      async databaseWay(url) {
        const way = await startProxy({ port: Number(new URL(url).port || 5432) });
        database.way = way;
        closeAtEnd(() => way.close());
        const through = new URL(url);
        through.hostname = "127.0.0.1";
        through.port = String(way.port);
        return through.href;
      },
    });
    const gateways = [system.url, (await system.startGateway()).url];
    const { id } = await startRollout(system);
    await followedBy(gateways, (servedBy) => servedBy !== null);

    // Both gateways give every session the same side.
    const sessions = Array.from({ length: 40 }, (_, number) => `session-${number}`);
    const asked = sessions.flatMap((session) => gateways.map((_, gateway) => askAs(gateways, { session, gateway })));
    const answers = await Promise.all(asked);
    const sides = Map.groupBy(answers, ({ session }) => session);
    for (const [session, two] of sides) {
      expect([session, new Set(two.map(({ servedBy }) => servedBy)).size]).toEqual([session, 1]);
    }
    expect(new Set(answers.map(({ servedBy }) => servedBy))).toEqual(new Set(["primary-model", "evaluation-model"]));

    // What either half answered is stored as a pair with the other.
    const by = (side: string) => answers.filter(({ servedBy }) => servedBy === side).length;
    const pairs = await pollUntil(() => pairsBySide(system.url), {
      until: (stored) =>
        stored.forward.length >= by("primary-model") && stored.reverse.length >= by("evaluation-model"),
      timeoutMs: 120_000,
      what: "pairs of both halves",
    });
    for (const pair of pairs.forward) expect(pair.primary.answered_by).toBe("primary-model");
    for (const { primary, silent } of pairs.reverse) {
      expect([primary.model_group, primary.answered_by, silent?.answered_by, silent?.status]).toEqual([
        "evaluation-model",
        "evaluation-model",
        "primary-model",
        "ok",
      ]);
    }

    // Under load: both are gone, and one gateway is told to take it back.
    const load = startLoad(gateways, sessions);
    await load.answered(40);
    await system.redis.kill();
    database.way?.cut();
    await load.answered(80);
    const rolledBack = await fetch(`${system.url}/api/rollouts/${id}/rollback`, { method: "POST" });
    expect([rolledBack.status, ((await rolledBack.json()) as Rollout).state]).toEqual([200, "rolled_back"]);
    load.mark();
    await load.answered(160);
    const loaded = await load.stop();
    expect(loaded.filter(({ status }) => status !== 200)).toEqual([]);
    const after = loaded.filter(({ gateway, afterMark }) => gateway === 0 && afterMark);
    expect(after.length).toBeGreaterThan(20);
    expect(new Set(after.map(({ servedBy }) => servedBy))).toEqual(new Set([null]));
    const before = loaded.filter(({ gateway, afterMark }) => gateway === 0 && !afterMark);
    expect(new Set(before.map(({ servedBy }) => servedBy))).toContain("evaluation-model");

    // The other one follows once the database is back, and so does the record of it.
    database.way?.heal();
    await system.redis.restart();
    await followedBy(gateways, (servedBy) => servedBy === null);
    const recorded = await pollUntil(() => rolloutIn(gateways[1] ?? "", id), {
      until: (rollout) => rollout?.state === "rolled_back",
      timeoutMs: 60_000,
      what: "a recorded rollback",
    });
    expect(recorded?.state).toBe("rolled_back");
  });
});

async function startRollout({ url }: System): Promise<Rollout> {
  const response = await fetch(`${url}/api/experiments/${EXPERIMENT}/rollout`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stages: [50, 100], automatic: false, force: true, reason: "a test of the hand-over" }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Rollout;
}

interface AskedAs {
  readonly session: string;
  readonly gateway: number;
  readonly afterMark?: boolean;
}

async function askAs(gateways: readonly string[], { session, gateway, afterMark = false }: AskedAs): Promise<Answer> {
  const response = await send(gateways[gateway] ?? "", chatBody("What is 3 plus 4?"), { "session-id": session });
  await response.arrayBuffer();
  return { gateway, session, status: response.status, servedBy: response.headers.get(SERVED_BY), afterMark };
}

/** Resolves once every gateway answers so. */
async function followedBy(gateways: readonly string[], until: (servedBy: string | null) => boolean): Promise<void> {
  for (const gateway of gateways.keys()) {
    await pollUntil(() => askAs(gateways, { session: "one that looks", gateway }), {
      until: ({ servedBy }) => until(servedBy),
      timeoutMs: 60_000,
      what: "a gateway that follows",
    });
  }
}

async function pairsBySide(url: string) {
  const pairs = (await allPairs(url)).filter(({ outcome }) => outcome === "paired");
  return {
    forward: pairs.filter(({ experiment }) => experiment === EXPERIMENT),
    reverse: pairs.filter(({ experiment }) => experiment === REVERSE),
  };
}

async function rolloutIn(url: string, id: string): Promise<ControlState["rollouts"][number] | undefined> {
  const response = await fetch(`${url}/api/rollouts`);
  const { data = [] } = (await response.json()) as { data?: readonly Rollout[] };
  return data.find((rollout) => rollout.id === id);
}

/** Eight clients that ask one request after the other, of both gateways, until they are stopped. */
function startLoad(gateways: readonly string[], sessions: readonly string[]) {
  const answers: Answer[] = [];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  const stopping = new AbortController();
  let marked = false;
  const client = async (number: number): Promise<void> => {
    for (let turn = number; !stopping.signal.aborted; turn += 8) {
      const session = sessions[turn % sessions.length] ?? "";
      answers.push(await askAs(gateways, { session, gateway: number % gateways.length, afterMark: marked }));
      for (const waiter of waiting) if (answers.length >= waiter.count) waiter.resolve();
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));
  return {
    answered: (count: number) =>
      new Promise<void>((resolve) => void waiting.add({ count: answers.length + count, resolve })),
    mark: () => void (marked = true),
    async stop(): Promise<readonly Answer[]> {
      stopping.abort();
      await clients;
      return answers;
    },
  };
}
