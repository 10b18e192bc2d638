import { describe, expect, test } from "vitest";
import { fallbackGroups } from "./fallback-plan.ts";
import { settingsWith } from "../deployments/state.fixture.ts";

describe("fallbackGroups", () => {
  const settings = settingsWith({ fallbacks: { a: ["b", "c"], "*": ["d", "a", "e"] } });

  test("are the group's own, in order", () => {
    expect(fallbackGroups(["a"], "server_error", settings)).toEqual(["b", "c"]);
  });

  test("are the default for a group without its own, never itself", () => {
    expect(fallbackGroups(["x"], "server_error", settings)).toEqual(["d", "a", "e"]);
    expect(fallbackGroups(["d"], "server_error", settings)).toEqual(["a", "e"]);
  });

  test("are none where none are configured", () => {
    expect(fallbackGroups(["a"], "server_error", settingsWith())).toEqual([]);
  });

  test("of the name that was asked for go before those of its group", () => {
    const named = settingsWith({ fallbacks: { "openai/*": ["b"], "openai/gpt-4o": ["c"] } });
    expect(fallbackGroups(["openai/gpt-4o", "openai/*"], "timeout", named)).toEqual(["c"]);
    expect(fallbackGroups(["openai/o3", "openai/*"], "timeout", named)).toEqual(["b"]);
  });

  test.for(["context_window", "content_policy"] as const)(
    "for %s are the general ones without a list of its own",
    (kind) => {
      expect(fallbackGroups(["a"], kind, settings)).toEqual(["b", "c"]);
    },
  );

  test("for a prompt that is too long are its own list's alone once there is one", () => {
    const specific = settingsWith({ fallbacks: settings.fallbacks, contextWindowFallbacks: { a: ["long"] } });
    expect(fallbackGroups(["a"], "context_window", specific)).toEqual(["long"]);
    expect(fallbackGroups(["b"], "context_window", specific)).toEqual([]);
    expect(fallbackGroups(["a"], "content_policy", specific)).toEqual(["b", "c"]);
    expect(fallbackGroups(["a"], "rate_limit", specific)).toEqual(["b", "c"]);
  });

  test("for a refused prompt likewise", () => {
    const specific = settingsWith({ fallbacks: settings.fallbacks, contentPolicyFallbacks: { a: ["lenient"] } });
    expect(fallbackGroups(["a"], "content_policy", specific)).toEqual(["lenient"]);
    expect(fallbackGroups(["b"], "content_policy", specific)).toEqual([]);
    expect(fallbackGroups(["b"], "context_window", specific)).toEqual(["d", "a", "e"]);
  });

  test.for(["constructor", "toString", "__proto__"])("are none for a client that asks for %s", (name) => {
    expect(fallbackGroups([name], "server_error", settingsWith({ fallbacks: { a: ["b"] } }))).toEqual([]);
  });
});
