import { describe, expect, test } from "vitest";
import { readAddress } from "./gateway-address.ts";

test("a gateway is where the flag says, else the variable, else on port 4000 of this machine", () => {
  const env = { UNDERSTUDY_URL: "http://10.0.0.1:4001/", UNDERSTUDY_KEY: "sk-test-env" };
  expect(readAddress({}, {})).toEqual({ url: "http://127.0.0.1:4000", key: null, named: false });
  expect(readAddress({}, { UNDERSTUDY_URL: " ", UNDERSTUDY_KEY: "" })).toEqual(readAddress({}, {}));
  expect(readAddress({}, env)).toEqual({ url: "http://10.0.0.1:4001", key: "sk-test-env", named: true });
  const flags = { url: "https://llm.example.com/v1/", key: "sk-test-flag" };
  expect(readAddress(flags, env)).toEqual({ url: "https://llm.example.com", key: "sk-test-flag", named: true });
});

describe("a fault names the flag or the variable, and repeats nothing", () => {
  test.each([
    ["127.0.0.1:4000", "not an http:// or https:// address"],
    ["redis://user:hunter2@host", "not an http:// or https:// address"],
    ["http://user:hunter2@host", "no user and password go here"],
    ["http://host?key=hunter2", "nothing goes behind a ? or #"],
  ])("%s", (url, what) => {
    for (const [name, read] of [
      ["--url", () => readAddress({ url }, {})],
      ["UNDERSTUDY_URL", () => readAddress({}, { UNDERSTUDY_URL: url })],
    ] as const) {
      expect(read).toThrow(`${name}: ${what}`);
      expect(read).not.toThrow("hunter2");
    }
  });
});
