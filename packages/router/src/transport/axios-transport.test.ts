import { describe } from "vitest";
import { createAxiosTransport } from "./axios-transport.ts";
import { transportConforms } from "./transport.conformance.ts";

describe("the axios transport", () => {
  transportConforms(createAxiosTransport);
});
