import { type Config, resolveConfig } from "@understudy/config";
import type { MirrorQueues } from "@understudy/mirror";
import { type Clock, createHost, type LogFields, type Logger, systemClock } from "@understudy/runtime";
import { createSimulator, type Simulator } from "@understudy/simulator";
import type { PairStore } from "@understudy/store";
import { createGateway } from "../index.ts";
import { createAwayStore } from "./away-store.ts";
import { createHeldQueues } from "./held-queues.ts";

export interface LoggedLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

export interface RunningGateway {
  readonly url: string;
  readonly config: Config;
  readonly logged: readonly LoggedLine[];
  /** Stops it as a signal would. Safe to call twice. */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly queues?: MirrorQueues;
  /** By default one whose database is away: no primary needs it. */
  readonly store?: PairStore;
  readonly clock?: Clock;
  readonly graceMs?: number;
}

/** A gateway on a free port, from a config as it would stand in a file. */
export async function startGateway(settings: object, options: GatewayOptions = {}): Promise<RunningGateway> {
  const { queues = createHeldQueues(), store = createAwayStore(), clock = systemClock, graceMs = 10_000 } = options;
  const config = resolveConfig(settings, {});
  const { logger, logged } = recordingLogger();
  const gateway = createGateway({ config, queues, store, host: "127.0.0.1", port: 0, clock, logger });
  const host = createHost(gateway.services, { logger, clock: systemClock, graceMs });
  await host.start();
  return { url: gateway.url(), config, logged, stop: () => host.stop() };
}

/** A simulator that answers at once, already listening. */
export async function startSimulator(): Promise<{ readonly simulator: Simulator; readonly upstream: string }> {
  const simulator = createSimulator({ speed: 0 });
  const { url: upstream } = await simulator.start();
  return { simulator, upstream };
}

/** One entry of `model_list`, served by an OpenAI-compatible server at `upstream`. */
export function modelEntry(group: string, model: string, upstream: string, more: object = {}): object {
  return {
    model_name: group,
    litellm_params: { model: `openai/${model}`, api_base: upstream, api_key: `sk-test-${group}`, ...more },
  };
}

/** For tests of one failure: no retry hides it, no cooldown outlasts it. */
export const PLAIN_ROUTER = { num_retries: 0, disable_cooldowns: true };

/** `main`, mirrored to `cheap`; every model of the simulator, with whatever fault, as `sim/<model>`. */
export function usualSettings(upstream: string, more: object = {}): object {
  return {
    model_list: [
      modelEntry("main", "gpt-4o", upstream, { silent_model: "cheap" }),
      modelEntry("cheap", "gpt-4o-mini", upstream),
      modelEntry("sim/*", "*", upstream, { silent_model: "cheap" }),
    ],
    router_settings: PLAIN_ROUTER,
    ...more,
  };
}

export const sayHello = [{ role: "user", content: "Say hello." }] as const;

function recordingLogger(): { readonly logger: Logger; readonly logged: LoggedLine[] } {
  const logged: LoggedLine[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}): void =>
      void logged.push({ level, message, fields });
  return { logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }, logged };
}
