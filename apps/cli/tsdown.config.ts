import { defineConfig } from "tsdown";
import { inPlace } from "./packaging/in-place.ts";
import { manifest } from "./packaging/manifest.ts";
import { thirdParty } from "./packaging/third-party.ts";

const ROOT = new URL("../../", import.meta.url);

/** Its WebAssembly and its data are files that it finds beside itself. */
const NEEDED = ["@electric-sql/pglite"];
/** AWS's: large, and for those who keep calls in S3, or call Bedrock by other keys than those that are written. */
const OPTIONAL = ["@aws-sdk/client-s3", "@aws-sdk/credential-providers", "@aws-sdk/lib-storage"];

// The package that `npx @understudy/cli` runs, whole in apps/cli/dist. Why it is built so: docs/decisions/0028-a-package-to-run.md
export default defineConfig({
  entry: {
    understudy: "src/bin.ts",
    "after-thread": "../gateway/src/after/after-thread.ts",
    "report-thread": "../gateway/src/reports/report-thread.ts",
    "check-thread": "../worker/src/checks/check-thread.ts",
    "compare-thread": "../worker/src/compare/compare-thread.ts",
    "criteria-thread": "../worker/src/evidence/criteria-thread.ts",
  },
  platform: "node",
  // What an older Node cannot read, it could not answer in words either.
  target: "es2022",
  fixedExtension: false,
  hash: false,
  dts: false,
  exports: false,
  plugins: [inPlace(), manifest(ROOT, { needed: NEEDED, optional: OPTIONAL }), thirdParty()],
  deps: {
    alwaysBundle: [/./],
    neverBundle: [...[...NEEDED, ...OPTIONAL].map((name) => new RegExp(`^${name}(?:/|$)`)), "pg-native"],
  },
  copy: [
    { from: "packaging/README.md", to: "dist" },
    { from: "../../LICENSE", to: "dist" },
    { from: "../../examples/*.yaml", to: "dist/examples" },
    { from: "../dashboard/dist", to: "dist", rename: "page" },
    { from: "../../packages/store/dist", to: "dist", rename: "database" },
  ],
  report: false,
});
