import { describe } from "vitest";
import { transportConforms } from "./transport.conformance.ts";
import { createUndiciTransport } from "./undici-transport.ts";

describe("the undici transport", () => {
  transportConforms(createUndiciTransport);
});
