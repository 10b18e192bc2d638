/** A package that only some need is not there. */
export class MissingPackageError extends Error {
  constructor(what: string, packages: readonly string[], options: ErrorOptions) {
    super(`${what} a package that is not installed: npm install ${packages.join(" ")}`, options);
    this.name = "MissingPackageError";
  }
}

/**
 * What was loaded, or an error that says what to install (`name@version`, the one that was tried). What is installed with a
 * clone is left to those who need it where a package of ours is installed.
 */
export async function whereInstalled<T>(what: string, packages: readonly string[], loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    throw isMissing ? new MissingPackageError(what, packages, { cause: error }) : error;
  }
}
