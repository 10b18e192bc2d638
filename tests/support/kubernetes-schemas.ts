import { closeAtEnd, spawnProcess } from "@understudy/testkit";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** An object of Kubernetes' as YAML has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

type Model = new (written: object) => { validate(): void };
type Group = () => Promise<object>;

/** The schemas of each API that our manifests are written for; another one is a line here. */
const GROUPS: Readonly<Record<string, readonly [from: string, load: Group]>> = {
  v1: ["kubernetes-models/v1", () => import("kubernetes-models/v1")],
  "apps/v1": ["kubernetes-models/apps/v1", () => import("kubernetes-models/apps/v1")],
  "autoscaling/v2": ["kubernetes-models/autoscaling/v2", () => import("kubernetes-models/autoscaling/v2")],
  "batch/v1": ["kubernetes-models/batch/v1", () => import("kubernetes-models/batch/v1")],
  "keda.sh/v1alpha1": [
    "@kubernetes-models/keda/keda.sh/v1alpha1",
    () => import("@kubernetes-models/keda/keda.sh/v1alpha1"),
  ],
  "networking.k8s.io/v1": [
    "kubernetes-models/networking.k8s.io/v1",
    () => import("kubernetes-models/networking.k8s.io/v1"),
  ],
  "policy/v1": ["kubernetes-models/policy/v1", () => import("kubernetes-models/policy/v1")],
};

/** What the API would refuse or, which is worse, leave out: a missing field, a value of another type, an unknown name. */
export async function schemaFaults(objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const refused = await Promise.all(objects.map(valueFault));
  return [...refused.filter((fault) => fault !== null), ...(await unknownNames(objects))];
}

/** What its schema says of the values. It lets names through that it does not know, as the API does. */
async function valueFault(written: KubernetesObject): Promise<string | null> {
  const { apiVersion, kind, metadata } = written;
  const models = (await GROUPS[apiVersion]?.[1]()) as Readonly<Record<string, Model>> | undefined;
  const Known = models?.[kind];
  if (Known === undefined) return `${apiVersion} ${kind}: no such kind`;
  try {
    new Known(written).validate();
    return null;
  } catch (error) {
    return `${kind} ${metadata.name}: ${String(error)}`;
  }
}

/** The compiler refuses, anywhere in a literal, a name that its type does not have. */
async function unknownNames(objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-manifests-"));
  const forget = closeAtEnd(() => rm(folder, { recursive: true, force: true }));
  await symlink(path.resolve("node_modules"), path.join(folder, "node_modules"));
  const source = objects.map((written, index) => {
    const { apiVersion, kind, metadata } = written;
    const type = `import("${GROUPS[apiVersion]?.[0] ?? apiVersion}").I${kind}`;
    return `export const object${index}: ${type} = /* ${kind} ${metadata.name} */ ${JSON.stringify(written, null, 1)};`;
  });
  await writeFile(path.join(folder, "package.json"), `{ "type": "module" }`);
  await writeFile(path.join(folder, "manifests.ts"), source.join("\n"));
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", "", "--pretty", "false"];
  const compiler = spawnProcess("node", [path.resolve("node_modules/typescript/bin/tsc"), ...flags, "manifests.ts"], {
    cwd: folder,
  });
  const { code } = await compiler.exit;
  const faults = compiler.lines.map((line) => String(line["text"])).filter((text) => text.includes("error TS"));
  if (code !== 0 && faults.length === 0) throw new Error(`the compiler ended with ${code}: ${compiler.stderr()}`);
  forget();
  await rm(folder, { recursive: true });
  return faults;
}
