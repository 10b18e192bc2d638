import { type Config, type Deployment, NO_CLOUDS } from "@understudy/config";
import { compileTargets } from "./compile-targets.ts";
import type { Target } from "./target.ts";

const PLAIN: Deployment = {
  id: "deployment-1",
  path: "model_list[0]",
  modelGroup: "group",
  model: "openai/gpt-4o",
  provider: null,
  apiKey: "sk-test-key",
  apiBase: null,
  origins: { apiKey: null, apiBase: null },
  apiVersion: null,
  clouds: NO_CLOUDS,
  organization: null,
  headers: {},
  tls: null,
  defaults: {},
  extraBody: {},
  dropParams: false,
  additionalDropParams: [],
  weight: null,
  rpm: null,
  tpm: null,
  order: null,
  maxParallelRequests: null,
  timeoutMs: null,
  streamTimeoutMs: null,
  numRetries: null,
  cooldownMs: null,
  price: null,
  baseModel: null,
  maxInputTokens: null,
  mock: null,
  mode: null,
  onVertex: false,
  maxOutputTokens: null,
  silent: [],
  lacks: [],
};

/** For tests: a deployment with these parameters and nothing else. */
export function testDeployment(given: Partial<Deployment> = {}): Deployment {
  return { ...PLAIN, ...given };
}

/** For tests: targets of these deployments. Providers read nothing else of a config. */
export function testTargets(given: readonly Partial<Deployment>[], env: Config["env"] = {}): readonly Target[] {
  const deployments = given.map((one, index) => testDeployment({ path: `model_list[${index}]`, ...one }));
  return compileTargets({ deployments, env, silentModels: [], unserved: [] } as unknown as Config);
}

export function testTarget(given: Partial<Deployment> = {}, env: Config["env"] = {}): Target {
  const [target] = testTargets([given], env);
  if (target === undefined) throw new Error("no target was compiled");
  return target;
}
