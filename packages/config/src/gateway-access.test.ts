import { describe, expect, test } from "vitest";
import { ConfigError } from "./fault.ts";
import { resolveConfig } from "./resolve.ts";

const model_list = [{ model_name: "m", litellm_params: { model: "openai/x", api_key: "sk-test-key" } }];
const read = (general_settings: object, env = {}) => resolveConfig({ model_list, general_settings }, env).gateway;
const master_key = "sk-test-master";

function faultOf(general_settings: object): string {
  try {
    read(general_settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "no fault";
}

describe("cors_origins", () => {
  test("is every origin where a key protects, and none where there is no key", () => {
    expect(read({ master_key }).corsOrigins).toBe("*");
    expect(read({}).corsOrigins).toEqual([]);
    expect(read({ master_key, cors_origins: [] }).corsOrigins).toEqual([]);
  });

  test.each<readonly [unknown, unknown]>([
    ["*", "*"],
    [["https://app.example.com", "*"], "*"],
    [
      ["https://App.Example.com/", "http://localhost:3000"],
      ["https://app.example.com", "http://localhost:3000"],
    ],
    [["https://app.example.com:443"], ["https://app.example.com"]],
    ["https://a.example, https://b.example:8443", ["https://a.example", "https://b.example:8443"]],
    ["os.environ/ORIGINS", ["https://c.example"]],
    [["http://[::1]:3000"], ["http://[::1]:3000"]],
    [
      ["chrome-extension://ABCdef", "capacitor://localhost"],
      ["chrome-extension://abcdef", "capacitor://localhost"],
    ],
  ])("%j is %j", (written, origins) => {
    expect(read({ cors_origins: written }, { ORIGINS: "https://c.example" }).corsOrigins).toEqual(origins);
  });

  test.each(["null", "app.example.com", "https://app.example.com/path", "https://*.example.com", "https://", ""])(
    "%j is a fault that says what to write",
    (origin) => {
      expect(faultOf({ master_key, cors_origins: [origin] })).toMatch(/^general_settings\.cors_origins\[0\]: /);
    },
  );

  test("a fault does not repeat what may hold a password", () => {
    const fault = faultOf({ cors_origins: ["https://user:hunter2@app.example.com"] });
    expect(fault).toBe(
      "general_settings.cors_origins[0]: cannot be used; write https://app.example.com, without a path, or *",
    );
  });
});

describe("allowed_hosts", () => {
  test("is a list of names, in lower case and without a dot at the end", () => {
    expect(read({}).allowedHosts).toEqual([]);
    const written = ["Gateway.Internal.", "gateway:4000", "10.0.0.7", "[fd00::1]:4000", "*"];
    const hosts = ["gateway.internal", "gateway:4000", "10.0.0.7", "[fd00::1]:4000", "*"];
    expect(read({ allowed_hosts: written }).allowedHosts).toEqual(hosts);
  });

  test.each(["http://gateway", "gateway/path", "a b", "user@gateway", "gateway:port", "*.internal"])(
    "%j is a fault",
    (host) => {
      expect(faultOf({ allowed_hosts: [host] })).toMatch(
        /^general_settings\.allowed_hosts\[0\]: cannot be used; write/,
      );
    },
  );
});
