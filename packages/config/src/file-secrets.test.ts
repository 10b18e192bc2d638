import { expect, test } from "vitest";
import { secretsInFile } from "./file-secrets.ts";
import { resolveConfig } from "./resolve.ts";
import { secretsOf } from "./secrets.ts";

const serviceAccount = JSON.stringify({
  type: "service_account",
  project_id: "a-project-of-somebody",
  private_key_id: "canary-private-key-id",
  private_key: `-----BEGIN PRIVATE KEY-----\n${"canaryPEMline1".repeat(4)}\n${"canaryPEMline2".repeat(4)}\n-----END PRIVATE KEY-----\n`,
  client_email: "robot@project.test",
});

const raw = {
  model_list: [
    {
      model_name: "a",
      litellm_params: {
        model: "openai/x",
        api_key: "os.environ/SOME_VALUE",
        api_base: "https://user:canary-p%2Fss@host.test/v1",
        aws_access_key_id: "AKIACANARY0000000000",
        aws_secret_access_key: "canary-aws-secret",
        aws_region_name: "eu-central-1",
        azure_ad_token: "canary-azure-token",
        vertex_credentials: serviceAccount,
        input_cost_per_token: "0.000001234",
        extra_headers: {
          "x-team-auth": "canary-header-by-name",
          authorization: `Basic ${Buffer.from("me:canary-basic").toString("base64")}`,
          "x-tenant": "0123456789abcdef0123456789abcdef",
          "anthropic-beta": "prompt-caching-2024-07-31",
        },
        extra_body: { nested: { client_secret: "canary-nested" } },
      },
    },
  ],
  credential_list: [{ credential_name: "unused", credential_values: { api_key: "canary-of-a-credential" } }],
  general_settings: { master_key: "abcde", database_url: "postgres://pg:canary-database@host.test/db" },
  router_settings: { redis_host: "cache.test", redis_password: "canary-redis" },
  litellm_settings: { cache_params: { type: "redis", password: "os.environ/NOT_SET_ANYWHERE" } },
};
const env = {
  SOME_VALUE: "canary-by-reference",
  HTTPS_PROXY: "http://me:canary-proxy@proxy.test:3128",
  AWS_SESSION_TOKEN: "canary-session",
  PWD: "/home/somebody/project",
};

test("what the file or the environment keeps under a secret's name is a secret, used here or not", () => {
  const secrets = secretsOf(resolveConfig(raw, env));
  for (const secret of [
    "canary-by-reference",
    "canary-p%2Fss",
    "canary-p/ss",
    "AKIACANARY0000000000",
    "canary-aws-secret",
    "canary-azure-token",
    "canary-private-key-id",
    "canaryPEMline1".repeat(4),
    "canaryPEMline2".repeat(4),
    "canary-header-by-name",
    Buffer.from("me:canary-basic").toString("base64"),
    "canary-basic",
    "0123456789abcdef0123456789abcdef",
    "canary-nested",
    "canary-of-a-credential",
    "canary-database",
    "canary-redis",
    "canary-proxy",
    "canary-session",
    "abcde",
  ]) {
    expect(secrets, secret).toContain(secret);
  }
});

test("names, addresses, prices and dates are none", () => {
  const secrets = secretsOf(resolveConfig(raw, env));
  const words = [
    "eu-central-1",
    "a-project-of-somebody",
    "prompt-caching-2024-07-31",
    "0.000001234",
    "/home/somebody/project",
    "cache.test",
    "unused",
  ];
  for (const word of words) {
    expect(secrets, word).not.toContain(word);
  }
});

test("an anchor that stands in itself is walked once", () => {
  const own: Record<string, unknown> = { api_key: "canary-in-a-circle" };
  own["self"] = own;
  expect(secretsInFile({ section: own }, env)).toEqual(["canary-in-a-circle"]);
});

test("a master key that is short is warned of, and one that is hardly there refused, without repeating it", () => {
  const warningsOf = (master_key: string): string =>
    resolveConfig({ ...raw, general_settings: { master_key } }, env).warnings.join("\n");
  expect(warningsOf("qzjxw")).toMatch(/general_settings\.master_key has 5 characters: .*openssl rand -hex 24/);
  expect(warningsOf("qzjxw")).not.toContain("qzjxw");
  expect(warningsOf("sk-test-long")).not.toContain("master_key");
  expect(() => warningsOf("qzj")).toThrow(/^(?!.*qzj)general_settings\.master_key: is too short to be a key/s);
});
