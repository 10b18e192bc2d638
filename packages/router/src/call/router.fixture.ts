import { createSkippingClock } from "@understudy/runtime/fixture";
import { resolveConfig } from "@understudy/config";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import type { Call, CallRequest } from "./call.ts";
import { type CallRouter, createCallRouter, type RouterDeps } from "../router.ts";
import type { HttpTransport } from "../transport/transport.ts";
import { createUndiciTransport } from "../transport/undici-transport.ts";

/** One entry of `model_list`: the model group, the model at the simulator, and further `litellm_params`. */
export type Entry = readonly [group: string, model: string, params?: Readonly<Record<string, unknown>>];

export interface RouterFixture {
  readonly simulator: Simulator;
  readonly transport: HttpTransport;
  /** A transport with no connection to the simulator yet: on one that has served, a reset is a connection closed as it lay idle. */
  readonly freshTransport: () => HttpTransport;
  /** The simulator's base URL. */
  readonly url: () => string;
  /** Deployments are `d0`, `d1`, … as listed; time stands still and picks go to the first unless `deps` say else. */
  readonly router: (
    entries: readonly Entry[],
    settings?: Readonly<Record<string, unknown>>,
    deps?: Partial<RouterDeps>,
  ) => CallRouter;
}

/** For tests: a simulated provider that serves the file's tests, and routers that call it. */
export function useSimulator(): RouterFixture {
  const simulator = createSimulator({ speed: 0 });
  const transport = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 64 });
  let base = "";
  beforeAll(async () => {
    base = `${(await simulator.start()).url}/v1`;
  });
  beforeEach(() => simulator.reset());
  afterAll(async () => {
    await transport.close();
    await simulator.stop();
  });

  return {
    simulator,
    transport,
    freshTransport() {
      const fresh = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 64 });
      onTestFinished(() => fresh.close());
      return fresh;
    },
    url: () => base,
    router(entries, router_settings = {}, deps = {}) {
      const model_list = entries.map(([model_name, model, params], index) => ({
        model_name,
        litellm_params: { model: `openai/${model}`, api_base: base, api_key: "sk-test-key", ...params },
        model_info: { id: `d${index}` },
      }));
      const config = resolveConfig({ model_list, router_settings }, {});
      return createCallRouter(config, { transport, clock: createSkippingClock(), random: () => 0, ...deps });
    },
  };
}

export const MESSAGES = [{ role: "user", content: "What is the capital of France?" }];

/** For tests: the request of a client that asks for `model`. */
export function requestFor(router: CallRouter, model: string, given: Partial<CallRequest> = {}): CallRequest {
  return {
    requestId: "req_1",
    clientRequestId: null,
    role: "primary",
    operation: "chat",
    requestedModel: model,
    group: router.groupOf(model) ?? model,
    body: { model, messages: MESSAGES },
    signal: null,
    timeoutMs: null,
    persist: true,
    ...given,
  };
}

/** For tests: places a call and reads its answer to the end. */
export async function ask(
  router: CallRouter,
  model: string,
  given: Partial<CallRequest> = {},
): Promise<{ readonly call: Call; readonly text: string; readonly record: ReturnType<Call["record"]> }> {
  const call = await router.call(requestFor(router, model, given));
  const text = await textOf(call.body);
  return { call, text, record: call.record() };
}

/** For tests: the body of a request for a streamed answer, its usage included. */
export function streamed(model: string): CallRequest["body"] {
  return { model, messages: MESSAGES, stream: true, stream_options: { include_usage: true } };
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
