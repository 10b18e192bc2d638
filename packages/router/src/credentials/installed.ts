import { MissingPackageError, whereInstalled } from "@understudy/runtime";
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
    return await whereInstalled("requests are signed through", [`${name}@${CLOUD_PACKAGES[name]}`], loading);
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error;
    throw new CredentialsError("authentication", error.message, { cause: error });
  }
}
