import type { Target } from "./target.ts";

/** The subjects, one file each. Opened when they are asked for: some bring a database with them. */
const SUBJECTS = {
  answers: () => import("./subjects/answers.ts"),
  apis: () => import("./subjects/apis.ts"),
  bridges: () => import("./subjects/bridges.ts"),
  clients: () => import("./subjects/clients.ts"),
  comparisons: () => import("./subjects/comparisons.ts"),
  configs: () => import("./subjects/configs.ts"),
  failures: () => import("./subjects/failures.ts"),
  jobs: () => import("./subjects/jobs.ts"),
  judges: () => import("./subjects/judges.ts"),
  reports: () => import("./subjects/reports.ts"),
  spools: () => import("./subjects/spools.ts"),
  stores: () => import("./subjects/stores.ts"),
  telemetry: () => import("./subjects/telemetry.ts"),
  wires: () => import("./subjects/wires.ts"),
} as const satisfies Record<string, () => Promise<{ readonly targets: readonly Target[] }>>;

export const SUBJECT_NAMES = Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[];

export async function targetsOf(subject: keyof typeof SUBJECTS): Promise<readonly Target[]> {
  return (await SUBJECTS[subject]()).targets;
}

/** Its name begins with its subject's. */
export async function targetNamed(name: string): Promise<Target> {
  const [subject = ""] = name.split(":");
  const found = (await targetsOf(subject as keyof typeof SUBJECTS)).find((target) => target.name === name);
  if (found === undefined) throw new Error(`there is no fuzz target ${name}`);
  return found;
}
