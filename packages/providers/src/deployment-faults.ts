import type { Config, Deployment, Fault } from "@understudy/config";

/** Notes a fault under the deployment's `litellm_params`. */
export type FaultNote = (key: string, problem: string, fix: string) => void;

export function faultNote(deployment: Deployment, faults: Fault[]): FaultNote {
  return (key, problem, fix) => {
    faults.push({ path: `${deployment.path}.litellm_params.${key}`, problem, fix });
  };
}

/** The first of the variables that is set to something. */
export function fromEnv(env: Config["env"], names: readonly string[]): string | null {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "") ?? null;
}
