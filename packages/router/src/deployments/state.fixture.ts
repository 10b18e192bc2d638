import { createSkippingClock } from "@understudy/runtime/fixture";
import { resolveConfig, type RouterSettings } from "@understudy/config";
import { compileTargets } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import { DeploymentState } from "./deployment-state.ts";

const model_list = ["a", "b", "c"].map((model_name) => ({ model_name, litellm_params: { model: "openai/gpt-4o" } }));

/** For tests: the defaults, and on top of them what is given, as the router sees them. */
export function settingsWith(given: Partial<RouterSettings> = {}): RouterSettings {
  return { ...resolveConfig({ model_list }, {}).router, ...given };
}

/** For tests: the deployments of one group, one for each set of `litellm_params`. */
export function statesOf(
  params: readonly Readonly<Record<string, unknown>>[],
  settings: RouterSettings = settingsWith(),
  clock: Clock = createSkippingClock(),
): readonly DeploymentState[] {
  const entries = params.map((given, index) => ({
    model_name: "group",
    litellm_params: { model: "openai/gpt-4o", api_key: "sk-test-key", ...given },
    model_info: { id: `d${index}` },
  }));
  const targets = compileTargets(resolveConfig({ model_list: entries }, {}));
  return targets.map((target) => new DeploymentState(target, targets.length, settings, clock));
}
