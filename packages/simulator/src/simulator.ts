import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, type Random, systemClock } from "@understudy/runtime";
import { seededRandom } from "./answer/dice.ts";
import { createComposer } from "./answer/compose.ts";
import { createFaultScript, type FaultScript } from "./fault-script.ts";
import { createGoogleTokens, type GoogleTokens } from "./google/google-tokens.ts";
import { handleRequest, type HandlerDeps } from "./request-handler.ts";
import { createKeptResponses } from "./kept-responses.ts";
import { createSeenRequests, type RequestPredicate, type SeenRequest } from "./seen-requests.ts";

export interface SimulatorOptions {
  /** Another seed gives other answers and latencies; the same gives the same. */
  readonly seed?: string;
  /** How many times as fast as the models' own pace; 0, the default, answers at once. */
  readonly speed?: number;
  /** Share of answers, 0 to 1, that differ from what the same model said to the same prompt before. Default 0. */
  readonly wobble?: number;
  /** How many requests are remembered, the last ones; 0 remembers none, for load. Default 10,000. */
  readonly remember?: number;
  /** Default 64 MiB. */
  readonly maxBodyBytes?: number;
  readonly clock?: Clock;
  /** Draws latencies and wobbles. */
  readonly random?: Random;
}

/** A simulated provider on a real socket. */
export interface Simulator extends Pick<FaultScript, "script" | "scriptOnce"> {
  /** Port 0, the default, takes a free one; host defaults to 127.0.0.1. Rejects when it cannot listen. */
  start(port?: number, host?: string): Promise<{ readonly url: string; readonly port: number }>;
  /** Closes every connection; what is under way ends as aborted. May be started again. */
  stop(): Promise<void>;
  /** The last requests, oldest first, unfinished ones included. */
  requests(): readonly SeenRequest[];
  /** All requests since the start or the last reset. */
  requestCount(): number;
  /** Requests that have arrived and not ended. */
  inFlight(): number;
  /** The next request to arrive from now on. */
  nextRequest(matches?: RequestPredicate): Promise<SeenRequest>;
  /** The next request to end from now on. */
  nextEnd(matches?: RequestPredicate): Promise<SeenRequest>;
  /** The first remembered request that matches; waits for one when there is none. */
  firstRequest(matches?: RequestPredicate): Promise<SeenRequest>;
  /** The first remembered request that matches and has ended; waits for one when there is none. */
  firstEnd(matches?: RequestPredicate): Promise<SeenRequest>;
  /** Calls `listener` for each request as it arrives. The returned function ends that. */
  onRequest(listener: (request: SeenRequest) => void): () => void;
  /** Google's accounts and tokens, which Vertex AI is asked with. */
  readonly googleTokens: Pick<GoogleTokens, "serviceAccount" | "count" | "expireAfter">;
  /** Forgets requests, responses, scripts and flaky counts. What is under way goes on. */
  reset(): void;
}

const KEEP_ALIVE_MS = 65_000;
const KEPT_RESPONSES = 1_000;
const whichever: RequestPredicate = () => true;

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { seed = "understudy", speed = 0, wobble = 0, remember = 10_000, maxBodyBytes = 64 * 1024 * 1024 } = options;
  const { clock = systemClock, random = seededRandom(seed) } = options;
  const faults = createFaultScript();
  const seen = createSeenRequests(remember);
  const kept = createKeptResponses(KEPT_RESPONSES);
  const deps: HandlerDeps = {
    seed,
    speed,
    wobble,
    maxBodyBytes,
    clock,
    random,
    faults,
    seen,
    kept,
    googleTokens: createGoogleTokens(clock),
    compose: createComposer(),
  };
  let server: Server | null = null;

  return {
    async start(port = 0, host = "127.0.0.1") {
      if (server !== null) throw new Error("the simulator is already started");
      const starting = createServer((request, response) => void handleRequest(request, response, deps));
      // Longer than clients keep theirs, so that no request meets a connection that is just being closed.
      starting.keepAliveTimeout = KEEP_ALIVE_MS;
      const taken = await listen(starting, port, host);
      server = starting;
      return { url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`, port: taken };
    },
    async stop() {
      const stopping = server;
      server = null;
      if (stopping !== null) await close(stopping);
    },
    script: (model, fault) => faults.script(model, fault),
    scriptOnce: (model, coming) => faults.scriptOnce(model, coming),
    requests: () => seen.all(),
    requestCount: () => seen.count(),
    inFlight: () => seen.inFlight(),
    nextRequest: (matches = whichever) => seen.next("arrives", matches),
    nextEnd: (matches = whichever) => seen.next("ends", matches),
    firstRequest: (matches = whichever) => seen.first("arrives", matches),
    firstEnd: (matches = whichever) => seen.first("ends", matches),
    googleTokens: deps.googleTokens,
    onRequest: (listener) => seen.listen(listener),
    reset() {
      seen.reset();
      faults.reset();
      kept.reset();
      deps.googleTokens.reset();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
