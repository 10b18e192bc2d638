import { APIS } from "@understudy/apis";
import { bridgedAnswer, type BridgedAnswer } from "@understudy/bridge";
import type { ApiName } from "@understudy/contracts";
import { bridgedRequest, type ChatBody, type Target } from "@understudy/providers";
import { type Clock, newId } from "@understudy/runtime";
import { type Authorize, sendTo } from "../credentials/authorizer.ts";
import { decoded } from "../transport/decoded-body.ts";
import type { HttpTransport } from "../transport/transport.ts";

interface Asked {
  readonly operation: ApiName;
  readonly body: ChatBody;
  readonly requestedModel: string;
  readonly traceparent: string | null;
}

interface Deps {
  readonly transport: HttpTransport;
  readonly authorize: Authorize;
  readonly clock: Clock;
}

interface Ending {
  readonly signal: AbortSignal;
}

/** Asks a deployment that speaks another API than the client; null where it speaks the same. Calls leave by the same transport. */
export function callOverBridge(
  target: Target,
  request: Asked,
  { signal }: Ending,
  deps: Deps,
): Promise<BridgedAnswer> | null {
  const built = bridgedRequest(APIS[request.operation], target, request);
  if (built === null) return null;
  const { traits } = target;
  const trace = request.traceparent === null ? {} : { traceparent: request.traceparent };
  const now = deps.clock.now();
  return bridgedAnswer({
    api: request.operation,
    body: built.body,
    via: built.via,
    model: built.model,
    extraBody: built.laidOver,
    settings: built.settings,
    abilities: {
      takesSchemas: traits.jsonFormat !== "json_object",
      cap: built.cap,
      isVertex: traits.url === "vertex",
      streamsUsage: !traits.refused.includes("stream_options"),
    },
    send: async (body, own) => {
      const headers = { ...trace, ...withBothBetas(own, built.headers) };
      return decoded(await sendTo(target, { url: built.url, headers, body, signal }, deps));
    },
    signal,
    now,
    newId: (prefix) => newId(prefix, now),
  });
}

const BETA = "anthropic-beta";

/** The deployment's headers lie over those of the API; what both ask for of what is not yet usual is asked for together. */
function withBothBetas(own: Headers, deployments: Headers): Headers {
  const betas = [own[BETA], deployments[BETA]].filter((beta) => beta !== undefined && beta !== "");
  return { ...own, ...deployments, ...(betas.length > 1 ? { [BETA]: betas.join(",") } : {}) };
}

type Headers = Readonly<Record<string, string>>;
