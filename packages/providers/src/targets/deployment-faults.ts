import type { Config, Deployment, Fault } from "@understudy/config";

/** Notes what is wrong, under the deployment's `litellm_params`. */
export interface Notes {
  /** What keeps it from being called. */
  readonly lacks: Fault[];
  /** What it does not keep from being called, and somebody should know. */
  readonly warnings: Fault[];
  lack(key: string, problem: string, fix: string): void;
  warn(key: string, problem: string, fix: string): void;
}

export function notesOn(deployment: Deployment): Notes {
  const lacks: Fault[] = [...deployment.lacks];
  const warnings: Fault[] = [];
  const into = (list: Fault[]) => (key: string, problem: string, fix: string) => {
    const path = `${deployment.path}.litellm_params.${key}`;
    // A key whose variable is not set is missing for that reason, and needs no second one.
    if (!list.some((other) => other.path === path)) list.push({ path, problem, fix });
  };
  return { lacks, warnings, lack: into(lacks), warn: into(warnings) };
}

/** The first of the variables that is set to something. */
export function fromEnv(env: Config["env"], names: readonly string[]): string | null {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "") ?? null;
}
