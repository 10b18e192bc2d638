import { defineConfig } from "tsdown";

// Why it is built so: docs/decisions/0019-an-sdk-to-install.md
export default defineConfig({
  entry: "src/index.ts",
  platform: "node",
  // What an older Node cannot read, it could not answer in words either.
  target: "es2022",
  fixedExtension: false,
  hash: false,
  outputOptions: {
    // In one file, all that is imported from elsewhere would come before the look at Node's version.
    codeSplitting: {
      groups: [
        { name: "node-version", test: /src\/node-version\.ts$/ },
        { name: "sdk", test: (id) => !/\/sdk\/src\/index\.ts$|\.d\.ts$/.test(id) },
      ],
    },
  },
  tsconfig: "../../tsconfig.sdk.json",
  dts: true,
  deps: {
    alwaysBundle: [/^@understudy\//],
    // All else stands under `dependencies`, or the build fails.
    onlyBundle: [],
  },
});
