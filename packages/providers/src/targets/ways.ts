import { APIS } from "@understudy/apis";
import type { ApiName } from "@understudy/contracts";
import type { Config, Deployment } from "@understudy/config";
import { apiUrl } from "./api-url.ts";
import { fromEnv, type Notes } from "./deployment-faults.ts";
import type { Provider } from "../table/provider.ts";
import { ownWayOf } from "./own-way.ts";
import { targetHeaders } from "./target-headers.ts";
import type { Target, Way } from "./target.ts";

interface Surroundings {
  readonly env: Config["env"];
  readonly base: URL | null;
}

/** How each API of a deployment is called, and its own wire format, and on what credentials. Null when a fault was noted. */
export function waysOf(
  deployment: Deployment,
  provider: Provider,
  { env, base }: Surroundings,
  notes: Notes,
): Pick<Target, "ways" | "own" | "credentials"> | null {
  const carried = targetHeaders(deployment, provider, { env, base }, notes);
  if (base === null || carried === null) return null;
  const { headersOf, credentials } = carried;
  const version = deployment.apiVersion ?? usualVersion(provider, env);
  const ways = provider.apis.map((name): [ApiName, Way] => [
    name,
    wayAt(apiUrl(APIS[name], provider, base, version), Object.freeze(headersOf(name))),
  ]);
  const own = ownWayOf(provider, base, headersOf);
  return { ways: Object.freeze(Object.fromEntries(ways)), own, credentials };
}

const RAW = /:rawPredict$/;

function wayAt(url: string, headers: Way["headers"]): Way {
  return Object.freeze(
    RAW.test(url) ? { url, streamUrl: url.replace(RAW, ":streamRawPredict"), headers } : { url, headers },
  );
}

/** The version that Azure's URL has where the deployment names none. */
function usualVersion(provider: Provider, env: Config["env"]): string | null {
  return provider.url === "azure" ? fromEnv(env, ["AZURE_API_VERSION"]) : null;
}
