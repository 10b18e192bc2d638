/** The variables that a process was started with. Only its `main.ts` reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;
