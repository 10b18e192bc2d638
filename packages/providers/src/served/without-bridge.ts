import { APIS } from "@understudy/apis";
import { type Config, type Fault, shown } from "@understudy/config";
import type { ApiName } from "@understudy/contracts";
import { askedFor } from "../table/asked-for.ts";
import type { Target } from "../targets/target.ts";
import { createSpeaks } from "./spoken-apis.ts";

/** What chats and agents ask. Completions are spoken by nearly every server, and asked of few models. */
const ASKED: ReadonlySet<ApiName> = new Set(["chat", "responses", "messages"]);

/** A silent model that a group names, and what the deployments that name it speak. */
interface Named {
  readonly path: string;
  readonly silentModel: string;
  readonly spoken: Set<ApiName>;
}

/** Silent models that do not speak what the deployments that name them do: what is asked there is skipped as `no_bridge`. */
export function withoutBridge(config: Config, targets: readonly Target[]): readonly Fault[] {
  const speaks = createSpeaks(config, targets);
  const named = new Map<string, Named>();
  for (const target of targets) {
    const { modelGroup, path, silent, mock } = target.deployment;
    if (mock !== null) continue;
    for (const { silentModel } of silent) {
      const key = JSON.stringify([modelGroup, silentModel]);
      const one = named.get(key) ?? { path: `${path}.litellm_params.silent_model`, silentModel, spoken: new Set() };
      for (const api of askedAt(target)) one.spoken.add(api);
      named.set(key, one);
    }
  }
  return [...named.values()].flatMap(({ path, silentModel, spoken }) => {
    const shared = [...spoken].filter((api) => speaks(silentModel, api));
    const missing = [...spoken].filter((api) => !shared.includes(api));
    return missing.length === 0 ? [] : [{ path, ...wordsOf(shown(silentModel), { shared, missing }) }];
  });
}

function askedAt({ deployment, provider, model, ways, own, bridges }: Target): readonly ApiName[] {
  const embeds = askedFor(deployment, provider, model).api === "embeddings";
  const spoken = Object.keys(own === null ? ways : { ...ways, ...bridges }) as readonly ApiName[];
  return spoken.filter((api) => (embeds ? api === "embeddings" : ASKED.has(api)));
}

interface Spoken {
  readonly shared: readonly ApiName[];
  readonly missing: readonly ApiName[];
}

function wordsOf(silentModel: string, { shared, missing }: Spoken): Pick<Fault, "problem" | "fix"> {
  const problem = `${silentModel} cannot be asked at ${pathsOf(missing)}, and its primary can: what clients ask there is not mirrored (no_bridge)`;
  const other = shared.length === 0 ? "" : `, or have those clients ask at ${pathsOf(shared)}`;
  return { problem, fix: `name a silent model whose provider speaks that API${other}` };
}

function pathsOf(apis: readonly ApiName[]): string {
  return apis.map((api) => `/v1${APIS[api].paths[0] ?? ""}`).join(" and ");
}
