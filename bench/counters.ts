/** The sum over all labels of one counter of a process, from its /metrics. 0 when it has not counted yet. */
export async function readCounter(url: string, name: string): Promise<number> {
  return sumOf(name, await (await fetch(`${url}/metrics`)).text());
}

/** Sums the samples of one metric in Prometheus' text format. */
export function sumOf(name: string, text: string): number {
  const samples = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
