import manifest from "../package.json" with { type: "json" };

/** Of all packages and processes: they are released together. */
export const VERSION: string = manifest.version;
