import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Whole systems first, and what is computed without any of them last: a run ends when its last file does, and a long one that
 * begins late has the other cores wait for it. Within each kind vitest's own order holds: what took longest the last time, or is largest.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of vitest's, which returns a new array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId, project }: TestSpecification): number {
  if (!project.config.isolate) return 2;
  return moduleId.startsWith(`${project.config.root}/tests/`) ? 0 : 1;
}
