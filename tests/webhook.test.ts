import { type PlaceRequest, type PlaceServer, startPlaceServer } from "@understudy/telemetry/fixture";
import { describeWith, type LogLine, pollUntil, stopAll } from "@understudy/testkit";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test } from "vitest";
import { chatBody, send, startSystem } from "./support/system.ts";

const SECRET = `whsec_${Buffer.from("a secret of this test, long enough").toString("base64")}`;

afterAll(stopAll);

/** Two silent models: one refuses every call, and one costs more in a call than it may in a day. */
const MORE = (receiver: PlaceServer) => (url: string) =>
  `
  - model_name: watched
    litellm_params:
      model: openai/gpt-4o-mini
      api_base: ${url}/v1
      api_key: sk-test-primary-key
      silent_model: [refusing, dear]
  - model_name: refusing
    litellm_params: { model: openai/gpt-4o@fail-401, api_base: "${url}/v1", api_key: sk-test-refusing-key }
  - model_name: dear
    litellm_params:
      model: openai/gpt-4o
      api_base: ${url}/v1
      api_key: sk-test-dear-key
      input_cost_per_token: 0.001
      output_cost_per_token: 0.001
router_settings: { disable_cooldowns: true }
mirror_settings:
  silent_models: { dear: { daily_budget_usd: 0.5 } }
logging_settings:
  webhook: { url: "${receiver.url}/hook", secret: ${SECRET} }
`;

interface Event {
  readonly type: string;
  readonly data: { readonly subject: string };
}

const tried = (lines: readonly LogLine[]): boolean =>
  lines.some(({ message, sink }) => sink === "webhook" && message === "the sink takes no calls; they wait in memory");

const verified = ({ body, headers }: PlaceRequest): Event =>
  new Webhook(SECRET).verify(body.toString(), headers as Record<string, string>) as Event;

await describeWith({ redis: true, postgres: true }, "who is told of trouble", () => {
  test("learns of it once, signed, however many workers see it and however often it is told", async () => {
    const receiver = await startPlaceServer();
    // Away at first: what is told then is told again.
    receiver.trouble("gone");
    const system = await startSystem({ more: MORE(receiver), workers: 2 });
    const ask = async (index: number): Promise<void> => {
      const body = chatBody(`What is ${index} plus ${index}?`, { model: "watched", max_tokens: 100 });
      const response = await send(system.url, body);
      expect(response.status).toBe(200);
      await response.text();
    };
    await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index)));
    const lines = () => Promise.resolve(system.workers.flatMap((worker) => worker.lines));
    const away = { what: "a failed try", until: tried, timeoutMs: 60_000 };
    await pollUntil(lines, away);
    receiver.trouble("none");
    const events = await pollUntil(() => Promise.resolve(receiver.requests.map(verified)), {
      what: "both events",
      until: (all) => new Set(all.map(({ type }) => type)).size === 2,
      timeoutMs: 60_000,
    });
    expect(new Set(events.map(({ type, data }) => `${type} ${data.subject}`))).toEqual(
      new Set(["silent_model_failing refusing", "budget_reached dear"]),
    );
    // A receiver that passes over ids it has seen takes each once.
    const ids = new Map(
      receiver.requests.map(({ headers, body }) => [
        headers["webhook-id"],
        verified({ headers, body } as PlaceRequest).type,
      ]),
    );
    expect([...ids.values()].toSorted()).toEqual(["budget_reached", "silent_model_failing"]);
    const [first] = receiver.requests;
    const late = String(Number(first?.headers["webhook-timestamp"]) - 600);
    expect(() =>
      verified({ ...first, headers: { ...first?.headers, "webhook-timestamp": late } } as PlaceRequest),
    ).toThrow("too old");
    await receiver.close();
  });
});
