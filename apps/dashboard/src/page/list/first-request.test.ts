import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { firstRequest } from "./first-request.ts";

/** What a shell makes of it: curl's arguments, one a line. */
const argumentsOf = (command: string): readonly string[] => {
  const script = `curl() { printf '%s\\n' "$@"; }; ${command}`;
  const env = { PATH: process.env["PATH"], UNDERSTUDY_KEY: "sk-test-key" };
  return execFileSync("sh", ["-c", script], { encoding: "utf8", env }).trimEnd().split("\n");
};

test("the first request names the gateway's own address and model, and the key's variable where one is needed", () => {
  const [url, ...rest] = argumentsOf(firstRequest("http://127.0.0.1:4123", "it's $HOME `x`", false));
  expect(url).toBe("http://127.0.0.1:4123/v1/chat/completions");
  expect(rest.slice(0, 3)).toEqual(["-H", "content-type: application/json", "-d"]);
  expect(JSON.parse(rest[3] ?? "")).toMatchObject({ model: "it's $HOME `x`" });
  const withKey = argumentsOf(firstRequest("https://llm.example.com", "gpt-4o", true));
  expect(withKey).toContain("authorization: Bearer sk-test-key");
});
