import { expect, test } from "vitest";
import { describeConfig } from "./describe.ts";
import { ConfigError } from "./fault.ts";
import { PLAIN_NETWORK } from "./network.ts";
import { resolveConfig } from "./resolve.ts";
import { secretsOf } from "./secrets.ts";

const FILE = import.meta.filename;
const ABSENT = "/nowhere/ca.pem";

function read(env: Readonly<Record<string, string>>, litellm_settings: object = {}, params: object = {}) {
  const model_list = [
    { model_name: "a", litellm_params: { model: "openai/x", api_key: "sk-test-1", ...params } },
    { model_name: "b", litellm_params: { model: "openai/y", api_key: "sk-test-1" } },
  ];
  return resolveConfig({ model_list, litellm_settings }, env);
}

function faults(...given: Parameters<typeof read>): string {
  try {
    read(...given);
    return "";
  } catch (error) {
    return error instanceof ConfigError ? error.message : "another error";
  }
}

const tls = PLAIN_NETWORK.tls;

test.each<[string, Readonly<Record<string, string>>, object, object]>([
  ["nothing", {}, {}, {}],
  ["HTTP_PROXY", { HTTP_PROXY: "http://p:3128" }, {}, { httpProxy: "http://p:3128/" }],
  ["HTTPS_PROXY", { HTTPS_PROXY: "http://p:3128" }, {}, { httpsProxy: "http://p:3128/" }],
  [
    "lower case first",
    { https_proxy: "http://small", HTTPS_PROXY: "http://LARGE" },
    {},
    { httpsProxy: "http://small/" },
  ],
  ["no scheme", { HTTPS_PROXY: "proxy.test:3128" }, {}, { httpsProxy: "http://proxy.test:3128/" }],
  ["an https proxy", { HTTPS_PROXY: "https://p" }, {}, { httpsProxy: "https://p/" }],
  [
    "ALL_PROXY",
    { ALL_PROXY: "http://p:1", HTTP_PROXY: "http://q:1" },
    {},
    { httpProxy: "http://q:1/", httpsProxy: "http://p:1/" },
  ],
  ["empty", { HTTPS_PROXY: "", https_proxy: " " }, {}, {}],
  ["NO_PROXY", { NO_PROXY: "a,b" }, {}, { noProxy: "a,b" }],
  ["no_proxy first", { NO_PROXY: "a", no_proxy: "b" }, {}, { noProxy: "b" }],
  ["SSL_CERT_FILE", { SSL_CERT_FILE: FILE }, {}, { tls: { ...tls, caFile: FILE } }],
  ["NODE_EXTRA_CA_CERTS", { NODE_EXTRA_CA_CERTS: FILE }, {}, { tls: { ...tls, extraCaFile: FILE } }],
  ["ssl_verify: false", {}, { ssl_verify: false }, { tls: { ...tls, verify: false } }],
  ["ssl_verify: 'False'", {}, { ssl_verify: "False" }, { tls: { ...tls, verify: false } }],
  ["ssl_verify: a file", { SSL_CERT_FILE: ABSENT }, { ssl_verify: FILE }, { tls: { ...tls, caFile: FILE } }],
  ["ssl_verify of a variable", { CA: FILE }, { ssl_verify: "os.environ/CA" }, { tls: { ...tls, caFile: FILE } }],
  ["SSL_VERIFY goes first", { SSL_VERIFY: "False" }, { ssl_verify: true }, { tls: { ...tls, verify: false } }],
  ["ssl_certificate", {}, { ssl_certificate: FILE }, { tls: { ...tls, certFile: FILE } }],
  ["SSL_CERTIFICATE", { SSL_CERTIFICATE: FILE }, {}, { tls: { ...tls, certFile: FILE } }],
])("%s", (_what, env, settings, expected) => {
  expect(read(env, settings).network).toEqual({ ...PLAIN_NETWORK, ...expected });
});

test.each<[object, object | null]>([
  [{}, null],
  [{ ssl_verify: false }, { ...tls, verify: false, certFile: FILE }],
  [{ ssl_verify: FILE }, { ...tls, caFile: FILE, certFile: FILE }],
  [{ ssl_certificate: FILE }, { ...tls, certFile: FILE }],
])("a deployment's own %j hold for it alone, over what holds for all, and reach no provider", (params, expected) => {
  const [own, other] = read({}, { ssl_certificate: FILE }, params).deployments;
  expect(own?.tls).toEqual(expected);
  expect(own?.defaults).toEqual({});
  expect(other?.tls).toBeNull();
});

test.each([
  ["HTTPS_PROXY", { HTTPS_PROXY: "socks5://user:proxy-password@host:1" }],
  ["http_proxy", { http_proxy: "http://" }],
  ["SSL_CERT_FILE", { SSL_CERT_FILE: ABSENT }],
  ["NODE_EXTRA_CA_CERTS", { NODE_EXTRA_CA_CERTS: ABSENT }],
])("%s that cannot be used stops the start, and its value is not repeated", (name, env) => {
  expect(faults(env)).toMatch(new RegExp(`^${name}: `));
  expect(faults(env)).not.toContain("proxy-password");
});

test("a client certificate that cannot be read leaves its deployment out, and one for all is a fault", () => {
  const config = read({}, {}, { ssl_certificate: ABSENT });
  expect(config.deployments[0]?.lacks[0]).toMatchObject({ path: "model_list[0].litellm_params.ssl_certificate" });
  expect(faults({}, { ssl_certificate: ABSENT })).toMatch(/^litellm_settings\.ssl_certificate: cannot be read/);
});

test("authorities that cannot be read are passed over, as LiteLLM does, with a warning", () => {
  const config = read({}, { ssl_verify: ABSENT }, { ssl_verify: ABSENT });
  expect(config.network).toEqual(PLAIN_NETWORK);
  expect(config.deployments[0]).toMatchObject({ tls, lacks: [] });
  for (const path of ["litellm_settings.ssl_verify", "model_list[0].litellm_params.ssl_verify"]) {
    expect(config.warnings).toContain(`${path} names a file that cannot be read: the usual authorities are trusted`);
  }
});

test("what is off is warned of", () => {
  expect(read({}, { ssl_verify: false }).warnings).toContainEqual(
    expect.stringMatching(/^litellm_settings\.ssl_verify is off/),
  );
  expect(read({}, {}, { ssl_verify: false }).warnings[0]).toMatch(
    /^model_list\[0\]\.litellm_params\.ssl_verify is off/,
  );
});

test("check shows what is in force, without passwords", () => {
  const env = { HTTPS_PROXY: "http://user:proxy-password@host:1", NO_PROXY: "a.test", SSL_CERT_FILE: FILE };
  const shown = describeConfig(read(env, { ssl_verify: false }));
  expect(shown).toContain(
    `network\n  https: addresses through http://host:1/\n  straight to a.test\n  certificates are not checked\n  authorities of ${FILE}`,
  );
  expect(shown).not.toContain("proxy-password");
  expect(describeConfig(read({}))).not.toContain("network");
});

test("a proxy's password is a secret", () => {
  expect(secretsOf(read({ HTTPS_PROXY: "http://user:proxy-password@host:1" }))).toContain("proxy-password");
});
