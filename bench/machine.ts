import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

/** What the figures were taken on. A load before the start means that others were at work, too. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly system: string;
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

export function machineLine({ cores, cpu, memoryGb, node, system, loadBefore }: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGb} GB, node ${node}, ${system}, load before: ${loadBefore}`;
}
