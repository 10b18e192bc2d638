/** One thing wrong with a configuration: where, what, and what to write instead. */
export interface Fault {
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
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

/** The fault as one line: `path: problem; fix`. */
export function faultLine({ path, problem, fix }: Fault): string {
  return `${path}: ${problem}; ${fix}`;
}
