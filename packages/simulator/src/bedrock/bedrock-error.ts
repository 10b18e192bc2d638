import type { ApiError } from "../api-error.ts";

/** Bedrock names its errors in a header; the body has words alone. */
export const ERROR_TYPE = "x-amzn-errortype";

const TYPES: Readonly<Record<number, string>> = {
  400: "ValidationException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  408: "ModelTimeoutException",
  424: "ModelErrorException",
  429: "ThrottlingException",
  503: "ServiceUnavailableException",
};

/** The name that an error goes by: its own, where it is one of Bedrock's. */
export function errorType({ status, code }: ApiError): string {
  if (code?.endsWith("Exception") === true) return code;
  return TYPES[status] ?? (status < 500 ? "ValidationException" : "InternalServerException");
}
