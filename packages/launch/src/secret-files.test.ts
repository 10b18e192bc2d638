import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withSecretFiles } from "./secret-files.ts";
import { SettingsError } from "./settings.ts";

let file: string;

beforeAll(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), "understudy-secret-")), "key");
  await writeFile(file, "sk-test-from-a-file\n");
});
afterAll(() => rm(path.dirname(file), { recursive: true, force: true }));

test("what a file holds is the variable's value, without its line break", () => {
  const env = withSecretFiles({ OPENAI_API_KEY_FILE: file, DATABASE_URL_FILE: file, HOME: "/root" });
  expect(env).toMatchObject({
    OPENAI_API_KEY: "sk-test-from-a-file",
    DATABASE_URL: "sk-test-from-a-file",
    HOME: "/root",
  });
});

test("the variable itself wins, and files of other kinds are left alone", () => {
  const env = withSecretFiles({
    REDIS_URL: "redis://own",
    REDIS_URL_FILE: "/nowhere",
    SSL_CERT_FILE: "/nowhere",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere",
    LITELLM_MASTER_KEY_FILE: "",
  });
  expect(env["REDIS_URL"]).toBe("redis://own");
  expect(env).not.toHaveProperty("SSL_CERT");
  expect(env).not.toHaveProperty("AWS_WEB_IDENTITY_TOKEN");
  expect(env).not.toHaveProperty("LITELLM_MASTER_KEY");
});

test("a file that is not there is told with the variable that names it", () => {
  expect(() => withSecretFiles({ REDIS_URL_FILE: "/nowhere/redis" })).toThrow(SettingsError);
  expect(() => withSecretFiles({ REDIS_URL_FILE: "/nowhere/redis" })).toThrow(
    /^REDIS_URL_FILE: \/nowhere\/redis: ENOENT/,
  );
});
