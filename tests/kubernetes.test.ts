import { resolveConfig } from "@understudy/config";
import { findProgram, spawnProcess, stopAll } from "@understudy/testkit";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { expectKnown } from "./support/known-metrics.ts";
import { type KubernetesObject, schemaFaults } from "./support/kubernetes-schemas.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}
interface Manifest extends KubernetesObject {
  readonly spec: {
    readonly selector?: { readonly matchLabels?: object };
    readonly scaleTargetRef?: { readonly kind?: string; readonly name: string };
    readonly triggers?: readonly { readonly type: string; readonly metadata: { readonly query?: string } }[];
    readonly template?: {
      readonly metadata: { readonly labels: object; readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
}

const ROOT = "deploy/kubernetes";
const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const base = readdirSync(path.join(ROOT, "base"))
  .filter((file) => file !== "kustomization.yaml" && file !== "config.yaml")
  .flatMap((file) => manifestsOf(readFileSync(path.join(ROOT, "base", file), "utf8")));
const ours = base.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
const one = (kind: string, name: string): Manifest => {
  const found = base.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

const services = [one("StatefulSet", "gateway"), one("Deployment", "worker")];
const specOf = (written: Manifest, more: object): Manifest => ({ ...written, spec: { ...written.spec, ...more } });
const containerOf = ({ spec }: Manifest): Container => {
  const [container] = spec.template?.spec.containers ?? [];
  if (container === undefined) throw new Error("no container");
  return container;
};

afterAll(stopAll);

describe("the manifests", () => {
  test("start programs that are there, with variables that they read", () => {
    const page = readFileSync("docs/configuration.md", "utf8");
    expect(ours.map(({ name }) => name).toSorted()).toEqual(["gateway", "migrate", "worker"]);
    for (const { command = [], env = [] } of ours) {
      expect(command[0]).toBe("node");
      expect(existsSync(command[1] ?? "")).toBe(true);
      for (const { name } of env) expect(page).toContain(`\`${name}\``);
    }
    expect(readFileSync("apps/cli/src/main.ts", "utf8")).toContain("  migrate: async");
  });

  test("probe what is served, on ports that are open", () => {
    const served = readFileSync("packages/launch/src/health.ts", "utf8");
    for (const { ports = [], startupProbe, livenessProbe, readinessProbe } of services.map(containerOf)) {
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        expect(served).toContain(`"${probe?.httpGet?.path}"`);
        expect(ports.map(({ name }) => name)).toContain(probe?.httpGet?.port);
      }
    }
  });

  test("have Prometheus scrape the port on which metrics are, and select the pods that they make", () => {
    for (const service of services) {
      const { annotations = {}, labels = {} } = service.spec.template?.metadata ?? {};
      expect(annotations["prometheus.io/path"]).toBe("/metrics");
      expect(annotations["prometheus.io/port"]).toBe(String(containerOf(service).ports?.[0]?.containerPort));
      expect(labels).toMatchObject(service.spec.selector?.matchLabels ?? {});
    }
  });

  test("scale what is there, by metrics that exist", () => {
    for (const kind of ["HorizontalPodAutoscaler", "ScaledObject"]) {
      for (const { spec } of base.filter((manifest) => manifest.kind === kind)) {
        expect(() => one(spec.scaleTargetRef?.kind ?? "Deployment", spec.scaleTargetRef?.name ?? "")).not.toThrow();
      }
    }
    const triggers = one("ScaledObject", "worker").spec.triggers ?? [];
    expect(triggers.map(({ type }) => type)).toEqual(["prometheus", "prometheus"]);
    for (const { metadata } of triggers) expectKnown({ title: "worker", expr: metadata.query ?? "", legendFormat: "" });
  });

  test("are what the APIs of Kubernetes and KEDA take, name by name", async () => {
    const stores = manifestsOf(readFileSync(path.join(ROOT, "small/stores.yaml"), "utf8"));
    expect(await schemaFaults([...base, ...stores])).toEqual([]);
  });

  test.each<[string, (written: Manifest) => KubernetesObject, RegExp]>([
    ["a name that there is not", (it) => specOf(it, { replica: 1 }), /"replica"' does not exist/],
    ["a name that there is not, within", (it) => specOf(it, { strategy: { typo: 1 } }), /"typo"' does not exist/],
    ["a value of another type", (it) => specOf(it, { replicas: "1" }), /replicas must be integer/],
    ["a field that is missing", (it) => specOf(it, { selector: undefined }), /required property selector/],
    ["a kind that there is not", (it) => ({ ...it, kind: "Deploymint" }), /Deploymint: no such kind/],
  ])("would be refused for %s", async (_what, spoil, told) => {
    expect((await schemaFaults([spoil(one("Deployment", "worker"))])).join("\n")).toMatch(told);
  });

  test("come with a configuration that can be served", () => {
    const config = parse(readFileSync(path.join(ROOT, "base/config.yaml"), "utf8")) as unknown;
    expect(resolveConfig(config, { OPENAI_API_KEY: "sk-test-kubernetes" }).experiments).toHaveLength(1);
  });
});

const kubectl = findProgram("kubectl");
test.skipIf(kubectl === null).each(["small", "large"])("kubectl builds the overlay %s", async (overlay) => {
  const built = spawnProcess(kubectl ?? "", ["kustomize", path.join(ROOT, overlay)]);
  expect(await built.exit, built.stderr()).toEqual({ code: 0, signal: null });
  const text = built.lines.map((line) => String(line["text"])).join("\n");
  expect(text).toContain("kind: StatefulSet");
  expect(text).not.toMatch(/image: understudy$/m);
  expect(text.includes("kind: ScaledObject")).toBe(overlay === "large");
  // Kustomize makes the secret, with line breaks in its base64 that Kubernetes takes and the schema does not.
  expect(await schemaFaults(manifestsOf(text).filter(({ kind }) => kind !== "Secret"))).toEqual([]);
});
