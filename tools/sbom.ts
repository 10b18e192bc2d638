import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installedPackages } from "./licences.ts";

/*
 * `npm run sbom` prints what ships, in CycloneDX. npm's own `--omit=dev` (seen with 11.19) leaves out what ships as soon as it is needed in
 * development as well, Express among it, with all that it stands on; and where a version lies in two places, npm marks it by one of
 * them. So npm lists everything, and what the lock file has for development alone is taken out here.
 */

export interface Bom {
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const DEVELOPMENT = "cdx:npm:package:development";

/** The same list without what is only there to make or test what ships; `shipped` has what is not, as `name@version`. */
export function withoutDevelopment<T extends Bom>(bom: T, shipped: ReadonlySet<string>): T {
  const isDevelopment = ({ properties = [] }: Component): boolean =>
    properties.some(({ name, value }) => name === DEVELOPMENT && value === "true");
  const marked = bom.components.filter(isDevelopment).map((component) => component["bom-ref"]);
  const left = new Set(marked.filter((ref) => !shipped.has(ref)));
  return {
    ...bom,
    components: bom.components.filter((component) => !left.has(component["bom-ref"])),
    dependencies: bom.dependencies
      .filter(({ ref }) => !left.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => !left.has(one)) })),
  };
}

/** By the lock file: what is installed here, and for which platform, makes no difference. */
export function shippedBom(root: string): Bom {
  const args = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only"];
  const all = execFileSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const shipped = installedPackages(root).filter(({ development }) => !development);
  const names = new Set(shipped.map(({ name, version }) => `${name}@${version}`));
  const bom = withoutDevelopment(JSON.parse(all) as Bom, names);
  // npm names it by the folder that it lies in.
  const component = { ...bom.metadata.component, name: "understudy" };
  return { ...bom, metadata: { ...bom.metadata, component } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bom = shippedBom(fileURLToPath(new URL("..", import.meta.url)));
  process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
}
