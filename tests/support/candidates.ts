import { readFile } from "node:fs/promises";

/** examples/candidates.yaml as it is, but for what only a test needs. */
export async function candidatesConfig(): Promise<(providerUrl: string) => string> {
  const example = await readFile("examples/candidates.yaml", "utf8");
  return (providerUrl) =>
    example
      .replace("http://127.0.0.1:4010/v1", `${providerUrl}/v1`)
      // A simulator that answers at once has no latency of its own: what is measured is this machine.
      .replace(/    latency: .*/, "    latency: null\n    p95_latency: null");
}
