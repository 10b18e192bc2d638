import { CredentialsError } from "./credentials-error.ts";

/** The versions that were tried, as package.json has them. */
const CLOUD_PACKAGES = {
  "@aws-sdk/credential-providers": "3.1175.0",
  "@smithy/core": "3.41.0",
  "@smithy/signature-v4": "5.7.5",
} as const;

/** Loads a cloud's package, or says that it is to be installed: the SDK installs without them. Rejects with `CredentialsError`. */
export async function installed<T>(name: keyof typeof CLOUD_PACKAGES, loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const install = `npm install ${name}@${CLOUD_PACKAGES[name]}`;
    throw new CredentialsError(
      "authentication",
      `requests are signed through a package that is not installed: ${install}`,
      {
        cause: error,
      },
    );
  }
}
