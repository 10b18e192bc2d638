import { resolveConfig } from "@understudy/config";
import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { ask, useSimulator } from "./call/router.fixture.ts";
import { createCallRouter } from "./router.ts";
import { closedPort, serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();
const SECRET = "entra-test-secret-1234";
const HOUR_MS = 3_600_000;

interface Asked {
  readonly path: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A server that gives out tokens for an hour, or what `answer` says. */
async function authority(
  answer: (number: number) => { readonly status: number; readonly body: object } | null = () => null,
) {
  const asked: Asked[] = [];
  const { url } = await serve((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const number = asked.push({ path: request.url, form: Object.fromEntries(new URLSearchParams(text)) });
      const said = answer(number) ?? {
        status: 200,
        body: { token_type: "Bearer", expires_in: 3600, access_token: `eyJ.token-number-${number}.signed` },
      };
      response.writeHead(said.status, { "content-type": "application/json" }).end(JSON.stringify(said.body));
    });
  });
  return { asked, host: new URL(url).origin };
}

const ENTRA = { tenant_id: "tenant-1", client_id: "client-1", client_secret: "os.environ/SECRET_OF_CLIENT" };

function azureRouter(host: string, params: object = {}) {
  const clock = createSkippingClock();
  const api_base = new URL(fixture.url()).origin;
  const litellm_params = { model: "azure/gpt-4o", api_base, ...ENTRA, ...params };
  const env = { AZURE_AUTHORITY_HOST: host, SECRET_OF_CLIENT: SECRET };
  const config = resolveConfig({ model_list: [{ model_name: "chat", litellm_params }] }, env);
  return { clock, router: createCallRouter(config, { transport: fixture.transport, clock, random: () => 0 }) };
}

describe("a deployment that names an application in Entra", () => {
  test("is called with a token, asked for once by 50 calls at once, and renewed before it expires", async () => {
    const { asked, host } = await authority();
    const { clock, router } = azureRouter(host);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    expect(answers.map(({ record }) => record.status)).toEqual(Array(50).fill("ok"));
    expect(asked).toEqual([
      {
        path: "/tenant-1/oauth2/v2.0/token",
        form: {
          grant_type: "client_credentials",
          client_id: "client-1",
          client_secret: SECRET,
          scope: "https://cognitiveservices.azure.com/.default",
        },
      },
    ]);
    expect(sentTokens()).toEqual(new Set(["Bearer eyJ.token-number-1.signed"]));
    fixture.simulator.reset();
    clock.advance(HOUR_MS * 0.85);
    await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    await expect.poll(() => asked.length).toBe(2);
    expect((await ask(router, "chat")).record.status).toBe("ok");
  });

  test("that gets no token fails as its own fault, says why, and does not ask for each call", async () => {
    const error_description = `AADSTS7000215: Invalid client secret provided: ${SECRET}.\r\nTrace ID: 1\r\n`;
    const { asked, host } = await authority(() => ({
      status: 401,
      body: { error: "invalid_client", error_description },
    }));
    const { clock, router } = azureRouter(host, { num_retries: 0 });
    const { record } = await ask(router, "chat");
    expect(record.error).toMatchObject({
      kind: "authentication",
      status: 401,
      message:
        "Microsoft Entra gave no token to the deployment's client client-1: AADSTS7000215: Invalid client secret provided: [redacted]. (HTTP 401)",
    });
    await Promise.all(Array.from({ length: 20 }, () => ask(router, "chat")));
    expect(asked).toHaveLength(1);
    clock.advance(10_000);
    await ask(router, "chat");
    expect(asked).toHaveLength(2);
    expect(fixture.simulator.requests()).toEqual([]);
  });

  test("waits for an authority that is unwell as for a provider that is: it is tried again", async () => {
    const { host } = await authority((number) => (number === 1 ? { status: 503, body: {} } : null));
    const { router } = azureRouter(host, { num_retries: 0 });
    expect((await ask(router, "chat")).record.error).toMatchObject({ kind: "unavailable", status: 503 });
    const nobody = azureRouter(`http://127.0.0.1:${await closedPort()}`).router;
    expect((await ask(nobody, "chat")).record.error?.message).toMatch(
      /^Microsoft Entra cannot be asked for a token: cannot connect/,
    );
  });

  test("is asked by a person's name where one is written, for the scope that is written", async () => {
    const { asked, host } = await authority();
    const person = {
      azure_username: "ann@example.com",
      azure_password: "ann-test-password",
      azure_scope: "https://x/.default",
    };
    await ask(azureRouter(host, { tenant_id: undefined, ...person }).router, "chat");
    expect(asked[0]).toMatchObject({
      path: "/organizations/oauth2/v2.0/token",
      form: {
        grant_type: "password",
        username: "ann@example.com",
        password: "ann-test-password",
        scope: "https://x/.default",
      },
    });
  });

  test("shows its tokens to nobody, though a provider says them", async () => {
    const { host } = await authority();
    const echo = await serve((request, response) => {
      const message = `bad token ${request.headers.authorization}`;
      response.writeHead(400, { "x-echo": request.headers.authorization }).end(JSON.stringify({ error: { message } }));
    });
    const { router } = azureRouter(host, { api_base: new URL(echo.url).origin });
    const { call, text, record } = await ask(router, "chat");
    expect(JSON.stringify([call.headers, text, record])).not.toContain("token-number");
    expect(record.error?.message).toBe("bad token Bearer [redacted]");
  });

  test("passes on what is no call of a model with its token too, and over the bridge", async () => {
    const { asked, host } = await authority();
    const { router } = azureRouter(host, { api_version: "v1" });
    const body = { model: "chat", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
    const bridged = await ask(router, "chat", { operation: "messages", body });
    expect(bridged.record.status).toBe("ok");
    const passed = await router.passOn({
      api: "responses",
      method: "GET",
      behind: "/resp_unknown",
      model: { group: "chat", requested: "chat" },
      answer: null,
      body: null,
      written: null,
      headers: {},
      signal: AbortSignal.timeout(60_000),
    });
    expect(passed?.status).toBe(404);
    expect(asked).toHaveLength(1);
  });
});

const sentTokens = () => new Set(fixture.simulator.requests().map(({ headers }) => headers["authorization"]));
