import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly init?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number | string;
}
interface Scraping {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[];
  }[];
}
interface Provisioned {
  readonly datasources: readonly object[];
  readonly providers: readonly { readonly options: { readonly path: string } }[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

const read = (file: string): unknown => parse(readFileSync(file, "utf8"), { merge: true });
const { services, volumes = {} } = read("docker-compose.yml") as Compose;
const every = Object.entries(services);
const ours = every.filter(([, { image }]) => image === "understudy");
const of = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
};
/** What a mount comes from: the default where a variable may say another. */
const sources = ({ volumes: mounts = [] }: Service): readonly string[] =>
  mounts.map((mount) => /^(?:\$\{\w+:-([^}]+)\}|([^:]+)):/.exec(mount)?.slice(1).find(Boolean) ?? mount);

describe("docker-compose.yml", () => {
  test.each(every)(
    "%s comes back by itself, has a limit to its memory and processor, and mounts what there is",
    (_name, it) => {
      expect(it.restart).toBe("unless-stopped");
      expect(it.mem_limit).toMatch(/^\d+[mg]$/);
      expect(String(it.cpus)).toMatch(/^(?:\d|\$\{\w+:-\d\})$/);
      expect(it.security_opt).toEqual(["no-new-privileges:true"]);
      for (const source of sources(it))
        expect(source.startsWith(".") ? existsSync(source) : source in volumes).toBe(true);
    },
  );

  test("what is ours writes to its volumes and to /tmp alone, without privileges, behind an init", () => {
    expect(ours.map(([name]) => name)).toEqual(["gateway", "worker", "simulator"]);
    for (const [, it] of ours) expect(it).toMatchObject({ read_only: true, init: true, cap_drop: ["ALL"] });
    for (const name of ["gateway", "worker"]) expect(of(name).tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=/)]);
  });

  test("queue and database are open to no port of the machine, all else to this machine alone", () => {
    for (const name of ["redis", "postgres", "worker"]) expect(of(name).ports).toBeUndefined();
    for (const port of every.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/127\.0\.0\.1:/);
  });
});

describe("the profile observability", () => {
  const watching = every.filter(([, { profiles = [] }]) => profiles.includes("observability")).map(([name]) => name);
  const listensOn = {
    gateway: of("gateway").environment?.["PORT"],
    worker: of("worker").environment?.["METRICS_PORT"],
  };

  test("has Prometheus ask gateways and workers on the ports on which they tell, by the rules that there are", () => {
    const { scrape_configs, rule_files } = read("deploy/prometheus/prometheus.yaml") as Scraping;
    const asked = scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs);
    const ports = Object.fromEntries(asked.flatMap(({ names, port }) => names.map((name) => [name, String(port)])));
    expect(ports).toEqual(listensOn);
    for (const file of rule_files) expect(existsSync(path.join("deploy/prometheus", file))).toBe(true);
    expect(watching).toEqual(["prometheus", "grafana"]);
    expect(sources(of("prometheus"))).toContain("./deploy/prometheus");
  });

  test("has Grafana ask that Prometheus, and show the dashboard that is mounted", () => {
    const folder = "deploy/grafana/provisioning";
    const { datasources } = read(`${folder}/datasources/prometheus.yaml`) as Provisioned;
    expect(datasources).toMatchObject([{ type: "prometheus", url: "http://prometheus:9090", isDefault: true }]);
    const { providers } = read(`${folder}/dashboards/understudy.yaml`) as Provisioned;
    const shown = providers.map(({ options }) => `./deploy/grafana/understudy.json:${options.path}/understudy.json:ro`);
    expect(of("grafana").volumes).toEqual(expect.arrayContaining(shown));
    expect(sources(of("grafana"))).toContain(`./${folder}`);
  });
});

test("deploy/compose/secrets.yaml gives each secret by a file, and leaves no variable that would win over it", () => {
  const { services: changed, secrets = {} } = read("deploy/compose/secrets.yaml") as Compose;
  for (const { environment = {}, secrets: mounted = [] } of Object.values(changed)) {
    const files = Object.entries(environment).filter(([name]) => name.endsWith("_FILE"));
    expect(files.map(([, file]) => path.basename(file)).toSorted()).toEqual(mounted.toSorted());
    for (const [name] of files) expect(environment[name.replace(/_FILE$/, "")]).toBe("");
    expect(Object.keys(environment)).toHaveLength(2 * files.length);
  }
  expect(Object.keys(secrets).toSorted()).toEqual(
    [...new Set(Object.values(changed).flatMap((it) => it.secrets ?? []))].toSorted(),
  );
});
