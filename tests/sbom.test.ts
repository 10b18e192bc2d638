import { expect, test } from "vitest";
import { installedPackages } from "../tools/licences.ts";
import { shippedBom, withoutDevelopment } from "../tools/sbom.ts";

test("the bill of materials names what ships, and nothing else of the lock file", () => {
  const { components, dependencies } = shippedBom(".");
  const listed = new Set(components.map((component) => component["bom-ref"]));
  const installed = installedPackages(".");
  const shipped = installed.filter(({ development }) => !development).map(({ name, version }) => `${name}@${version}`);
  expect(shipped.filter((one) => !listed.has(one))).toEqual([]);
  // What is needed for both, which npm by itself leaves out.
  expect([...listed].some((one) => one.startsWith("express@"))).toBe(true);
  const shippedToo = new Set(shipped);
  const development = installed.map(({ name, version }) => `${name}@${version}`).filter((one) => !shippedToo.has(one));
  expect(development.filter((one) => listed.has(one))).toEqual([]);
  const refs = dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
  expect(refs.filter((ref) => !listed.has(ref) && !ref.startsWith("understudy-workspace@"))).toEqual([]);
});

test("whoever stands on what is left out no longer names it, and what ships from another place stays", () => {
  const properties = [{ name: "cdx:npm:package:development", value: "true" }];
  const bom = {
    metadata: { component: { name: "x" } },
    components: [
      { "bom-ref": "a@1", name: "a" },
      { "bom-ref": "b@1", name: "b", properties },
      { "bom-ref": "c@1", name: "c", properties },
    ],
    dependencies: [{ ref: "a@1", dependsOn: ["b@1", "c@1"] }, { ref: "b@1" }],
  };
  const { components, dependencies } = withoutDevelopment(bom, new Set(["a@1", "c@1"]));
  expect(components.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(dependencies).toEqual([{ ref: "a@1", dependsOn: ["c@1"] }]);
});
