import { printable, shown } from "./shown.ts";

/** One thing wrong with a configuration: where, what, and what to write instead. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
}

/** A deployment or a sink that is left out, and why; what is left goes on without it. */
export interface Unserved extends Fault {
  /** Model group of the deployment, or name of the sink. */
  readonly name: string;
}

/** Thrown for a configuration that cannot be used. Its message is one line for each fault. */
export class ConfigError extends Error {
  readonly #faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join("\n"));
    this.name = "ConfigError";
    this.#faults = faults;
  }

  // No own property: where nobody catches the error, Node prints its message, and not every fault a second time.
  get faults(): readonly Fault[] {
    return this.#faults;
  }
}

/** What is left out, as one line: `name: problem; fix (path)`. */
export function unservedLine({ name, path, problem, fix }: Unserved): string {
  return printable(`${shown(name)}: ${sentence(path, problem)}; ${fix} (${path})`);
}

/** Behind a path `is missing` is said of its key; behind a name it would be said of that. */
function sentence(path: string, problem: string): string {
  const key = /([\w-]+)$/.exec(path)?.[1];
  return key !== undefined && /^(?:is|are|holds|has) /.test(problem) ? `${key} ${problem}` : problem;
}

/** The fault as one line: `path: problem; fix`. */
export function faultLine({ path, problem, fix }: Fault): string {
  return printable(`${path}: ${problem}; ${fix}`);
}

/** Compares two paths by where they stand in the file. */
export type FileOrder = (left: { readonly path: string }, right: { readonly path: string }) => number;
