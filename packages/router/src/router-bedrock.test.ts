import { resolveConfig } from "@understudy/config";
import { createSkippingClock } from "@understudy/runtime/fixture";
import { awsSecretOf, awsTokenOf, createSimulator, type SeenRequest } from "@understudy/simulator";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ask, streamed } from "./call/router.fixture.ts";
import { createCallRouter } from "./router.ts";
import { closedPort, serve } from "./transport/server.fixture.ts";
import { createUndiciTransport } from "./transport/undici-transport.ts";

const NOVA = "us.amazon.nova-pro-v1:0";
const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const HOUR_MS = 3_600_000;
const ROLE = "arn:aws:iam::123456789012:role/models";

/** Signatures are of a moment: whoever signs and whoever checks have one clock. */
const clock = createSkippingClock();
const simulator = createSimulator({ clock });
const transport = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 64 });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await transport.close();
  await simulator.stop();
});

const keysOf = (accessKeyId: string) => ({
  aws_access_key_id: accessKeyId,
  aws_secret_access_key: awsSecretOf(accessKeyId),
});

interface Given {
  readonly model?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function bedrock(params: object, { model = `bedrock/${NOVA}`, env = {} }: Given = {}) {
  const litellm_params = { model, aws_bedrock_runtime_endpoint: url, num_retries: 0, ...params };
  const config = resolveConfig({ model_list: [{ model_name: "chat", litellm_params }] }, env);
  return createCallRouter(config, { transport, clock, random: () => 0 });
}

function scopeOf({ headers }: SeenRequest): string | undefined {
  return /Credential=([^,]+)/.exec(headers.authorization ?? "")?.[1];
}

describe("a request is signed", () => {
  test("over the bytes that are sent, what is laid over the body included, whatever the model is called", async () => {
    const profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123";
    const models = [`bedrock/${NOVA}`, `bedrock/converse/${CLAUDE}`, `bedrock/${profile}`];
    for (const model of models) {
      const router = bedrock({ ...keysOf("AKIATEST"), extra_body: { requestMetadata: { team: "a" } } }, { model });
      const { record, text } = await ask(router, "chat");
      expect([record.status, record.error]).toEqual(["ok", null]);
      expect(text).toContain("Paris");
    }
    const seen = simulator.requests();
    expect(seen.map(({ body }) => body)).toMatchObject(models.map(() => ({ requestMetadata: { team: "a" } })));
    const day = "20260101";
    const scope = (region: string) => `AKIATEST/${day}/${region}/bedrock/aws4_request`;
    expect(seen.map(scopeOf)).toEqual([scope("us-west-2"), scope("us-west-2"), scope("eu-west-1")]);
  });

  test("for the region that is written, named in the path, or in the environment", async () => {
    const env = { AWS_REGION: "eu-central-1" };
    await ask(bedrock({ ...keysOf("AKIATEST"), aws_region_name: "us-east-1" }, { env }), "chat");
    await ask(bedrock(keysOf("AKIATEST"), { env, model: `bedrock/ap-south-1/${NOVA}` }), "chat");
    await ask(bedrock(keysOf("AKIATEST"), { env }), "chat");
    expect(simulator.requests().map((seen) => scopeOf(seen)?.split("/")[2])).toEqual([
      "us-east-1",
      "ap-south-1",
      "eu-central-1",
    ]);
    expect(new Set(simulator.requests().map(({ path }) => path))).toEqual(
      new Set([`/model/${encodeURIComponent(NOVA)}/converse`]),
    );
  });

  test("with keys of the environment, and with the token of those that do not last", async () => {
    const keys = { AWS_ACCESS_KEY_ID: "ASIAENV", AWS_SECRET_ACCESS_KEY: awsSecretOf("ASIAENV") };
    const env = { ...keys, AWS_SESSION_TOKEN: awsTokenOf("ASIAENV") };
    expect((await ask(bedrock({}, { env }), "chat")).record.status).toBe("ok");
    const written = { ...keysOf("ASIAKEY"), aws_session_token: awsTokenOf("ASIAKEY") };
    expect((await ask(bedrock(written), "chat")).record.status).toBe("ok");
  });

  test("and is not where there is a key for it", async () => {
    const { record } = await ask(bedrock(keysOf("AKIATEST"), { env: { AWS_BEARER_TOKEN_BEDROCK: "token-1" } }), "chat");
    await ask(bedrock({ api_key: "key-1" }), "chat");
    const sent = simulator.requests().map(({ headers }) => headers.authorization);
    expect([record.status, ...sent]).toEqual(["ok", "Bearer token-1", "Bearer key-1"]);
  });

  test("and what another secret signed is refused, as the deployment's own fault", async () => {
    const { record } = await ask(bedrock({ ...keysOf("AKIATEST"), aws_secret_access_key: "another" }), "chat");
    expect(record.error).toMatchObject({
      kind: "permission",
      message: expect.stringMatching(/^The request signature we calculated/) as string,
    });
  });

  test("for the ARN that is called in the model's place", async () => {
    const model_id = "arn:aws:bedrock:us-east-2:123456789012:provisioned-model/abc";
    const { record } = await ask(bedrock({ ...keysOf("AKIATEST"), model_id }), "chat");
    expect(record.status).toBe("ok");
    expect(simulator.requests()[0]?.path).toBe(`/model/${encodeURIComponent(model_id)}/converse`);
    expect(record.cost_usd).toBeGreaterThan(0);
  });
});

interface AskedFor {
  readonly action: string | null;
  readonly role: string | null;
  readonly session: string | null;
  readonly externalId: string | null;
  readonly token: string | null;
  readonly by: string | undefined;
}

/** AWS's token service: lends numbered keys for an hour, or says no. */
async function tokenService(refusal: { readonly status: number; readonly code: string } | null = null) {
  const asked: AskedFor[] = [];
  const { url: address } = await serve((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const form = new URLSearchParams(text);
      const action = form.get("Action");
      const number = asked.push({
        action,
        role: form.get("RoleArn"),
        session: form.get("RoleSessionName"),
        externalId: form.get("ExternalId"),
        token: form.get("WebIdentityToken"),
        by: /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1],
      });
      const id = `ASIANUMBER${number}`;
      const lent = `<${action}Result><Credentials><AccessKeyId>${id}</AccessKeyId>
        <SecretAccessKey>${awsSecretOf(id)}</SecretAccessKey><SessionToken>${awsTokenOf(id)}</SessionToken>
        <Expiration>${new Date(clock.now() + HOUR_MS).toISOString()}</Expiration></Credentials></${action}Result>`;
      const said =
        refusal === null
          ? `<${action}Response>${lent}</${action}Response>`
          : `<ErrorResponse><Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>not for you</Message></Error></ErrorResponse>`;
      response.writeHead(refusal?.status ?? 200, { "content-type": "text/xml" }).end(said);
    });
  });
  return { asked, aws_sts_endpoint: new URL(address).origin };
}

describe("keys that are lent for a role", () => {
  test("are asked for once by 50 calls at once, and renewed before they expire", async () => {
    const { asked, aws_sts_endpoint } = await tokenService();
    const role = { aws_role_name: ROLE, aws_session_name: "night", aws_external_id: "x1", aws_sts_endpoint };
    const router = bedrock({ ...keysOf("AKIATEST"), ...role });
    const calls = await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    expect(new Set(calls.map(({ record }) => record.error?.message ?? record.status))).toEqual(new Set(["ok"]));
    const once = { action: "AssumeRole", role: ROLE, session: "night", externalId: "x1", token: null, by: "AKIATEST" };
    expect(asked).toEqual([once]);
    clock.advance(HOUR_MS * 0.85);
    await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    await expect.poll(() => asked.length, { timeout: 60_000 }).toBe(2);
    const { record } = await ask(router, "chat");
    expect(record.status).toBe("ok");
    await expect
      .poll(async () => [await ask(router, "chat"), simulator.requests().map(scopeOf).at(-1)?.split("/")[0]][1], {
        timeout: 60_000,
      })
      .toBe("ASIANUMBER2");
    expect(asked).toHaveLength(2);
  });

  test("are had for another provider's token, which is read when it is needed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "understudy-aws-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "token");
    await writeFile(file, "web-token-1\n");
    const { asked, aws_sts_endpoint } = await tokenService();
    const role = { aws_role_name: ROLE, aws_session_name: "night", aws_sts_endpoint };
    const router = bedrock({ ...role, aws_web_identity_token: `oidc/file/${file}` });
    expect((await ask(router, "chat")).record.status).toBe("ok");
    const env = { WEB_TOKEN: "web-token-2" };
    const other = bedrock({ ...role, aws_web_identity_token: "oidc/env/WEB_TOKEN" }, { env });
    expect((await ask(other, "chat")).record.status).toBe("ok");
    expect(asked).toMatchObject([
      { action: "AssumeRoleWithWebIdentity", role: ROLE, token: "web-token-1" },
      { action: "AssumeRoleWithWebIdentity", role: ROLE, token: "web-token-2" },
    ]);
  });

  test("that nobody lends are the deployment's own fault, told once and not asked for by each call", async () => {
    const { asked, aws_sts_endpoint } = await tokenService({ status: 403, code: "AccessDenied" });
    const router = bedrock({ ...keysOf("AKIATEST"), aws_role_name: ROLE, aws_sts_endpoint });
    const { record } = await ask(router, "chat");
    expect(record.error).toMatchObject({
      kind: "authentication",
      message: `AWS in us-west-2 as ${ROLE} gave no keys: not for you`,
    });
    await Promise.all(Array.from({ length: 20 }, () => ask(router, "chat")));
    expect(asked).toHaveLength(1);
    expect(simulator.requests()).toEqual([]);
  });

  test("are waited for as a provider is that cannot be reached", async () => {
    const aws_sts_endpoint = `http://127.0.0.1:${await closedPort()}`;
    const { record } = await ask(bedrock({ ...keysOf("AKIATEST"), aws_role_name: ROLE, aws_sts_endpoint }), "chat");
    expect(record.error).toMatchObject({ kind: "unavailable" });
    expect(record.error?.message).toMatch(/gave no keys: cannot connect/);
  });
});

test("a profile of AWS's own files gives its keys", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-aws-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "credentials");
  const secret = awsSecretOf("AKIAPROFILE");
  await writeFile(file, `[night]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = ${secret}\n`);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "none"));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { record } = await ask(bedrock({ aws_profile_name: "night" }), "chat");
  expect([record.error, scopeOf(simulator.requests()[0] as SeenRequest)?.split("/")[0]]).toEqual([null, "AKIAPROFILE"]);
  const { record: none } = await ask(bedrock({ aws_profile_name: "day" }), "chat");
  expect(none.error?.message).toMatch(
    /^AWS in us-west-2 by the profile day gave no keys: Could not resolve credentials/,
  );
});

describe("what Bedrock says", () => {
  test.each([
    ["fail-429", "rate_limit"],
    ["fail-context", "context_window"],
    ["fail-408", "timeout"],
    ["fail-424", "server_error"],
    ["fail-503", "unavailable"],
    ["fail-403", "permission"],
    ["fail-404", "not_found"],
    ["fail-400", "bad_request"],
  ])("%s is %s", async (fault, kind) => {
    const { record } = await ask(bedrock(keysOf("AKIATEST"), { model: `bedrock/${NOVA}@${fault}` }), "chat");
    expect(record.error?.kind).toBe(kind);
  });

  test("a stream comes over the bridge; one that breaks off is no whole answer", async () => {
    const asked = { body: streamed("chat") };
    const { text, record } = await ask(bedrock(keysOf("AKIATEST")), "chat", asked);
    expect(record).toMatchObject({ status: "ok", answer: { text: expect.stringContaining("Paris") as string } });
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(record.usage?.output_tokens).toBeGreaterThan(0);
    const broken = await ask(bedrock(keysOf("AKIATEST"), { model: `bedrock/${NOVA}@stream-error` }), "chat", asked);
    expect(broken.record).toMatchObject({ status: "partial", error: { kind: "rate_limit" } });
  });
});
