import { type CallWords, type Config, publicUrl } from "@understudy/config";
import { credentialsInWords } from "../credentials/credentials.ts";
import { askedFor } from "../table/asked-for.ts";
import { anyWay, type Target } from "../targets/target.ts";

/** What a deployment is asked for, where, and with whose key: for a person, by deployment id. */
export function callWords(targets: readonly Target[], env: Config["env"]): ReadonlyMap<string, CallWords> {
  return new Map(targets.map((target) => [target.deployment.id, wordsOf(target, env)]));
}

function wordsOf(target: Target, env: Config["env"]): CallWords {
  const { deployment, traits } = target;
  const bridged = Object.keys(target.bridges);
  const isForResponses = target.ways.chat === undefined && target.ways.responses !== undefined;
  const words = isForResponses ? "Responses" : askedFor(deployment, target.provider, target.model).words;
  if (deployment.mock !== null)
    return { asked: words, bridged, address: "mock_response, nobody is called", addressFrom: null, keyFrom: null };
  if (target.anyProvider)
    return { asked: words, bridged, address: "whoever has the model", addressFrom: null, keyFrom: null };
  const { apiKey, apiBase } = deployment.origins;
  return {
    asked: words,
    bridged,
    address: publicUrl(anyWay(target).url),
    addressFrom: apiBase ?? variableOf(traits.baseEnv, env),
    keyFrom:
      target.credentials === null
        ? (apiKey ?? variableOf([...traits.keyEnv, ...traits.tokenEnv], env))
        : credentialsInWords(target.credentials),
  };
}

function variableOf(names: readonly string[], env: Config["env"]): string | null {
  return names.find((name) => (env[name]?.trim() ?? "") !== "") ?? null;
}
